package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class FaultPlanTest {
    private static final List<FaultKind> ALL = List.of(FaultKind.values());
    private static final FaultScope THREE = FaultScope.ofServers(3, 3);

    @Test
    void theSameSeedDrawsTheSameFaultsWhateverTheOrderInWhichTheyAreNamed() {
        List<FaultKind> turned = List.of(FaultKind.PAUSE, FaultKind.KILL, FaultKind.KILL, FaultKind.ZK_KILL);
        List<FaultKind> sorted = List.of(FaultKind.KILL, FaultKind.PAUSE, FaultKind.ZK_KILL);
        assertThat(FaultPlan.draw(7, turned, THREE, 60_000)).isEqualTo(FaultPlan.draw(7, sorted, THREE, 60_000));
        assertThat(FaultPlan.draw(7, ALL, THREE, 60_000)).isNotEqualTo(FaultPlan.draw(8, ALL, THREE, 60_000));
    }

    @Test
    void eachKindComesOnceBeforeOneComesAgain() {
        List<FaultStep> steps = FaultPlan.draw(1, ALL, THREE, 600_000);
        assertThat(steps).hasSizeGreaterThan(2 * ALL.size());
        for (int i = 0; i + ALL.size() <= steps.size(); i += ALL.size()) {
            assertThat(steps.subList(i, i + ALL.size()).stream()
                            .map(FaultStep::kind)
                            .collect(Collectors.toSet()))
                    .hasSameSizeAs(ALL);
        }
    }

    @Test
    void aPlanFillsTheTimeAndStrikesOnlyWhoIsThere() {
        List<FaultStep> steps = FaultPlan.draw(3, ALL, FaultScope.ofServers(2, 1), 300_000);
        assertThat(steps.stream()
                        .mapToLong(step -> step.holdMs() + step.restMs())
                        .sum())
                .isGreaterThanOrEqualTo(300_000);
        assertThat(steps)
                .allSatisfy(step -> assertThat(step.victim())
                        .isBetween(
                                step.form() == FaultForm.CONTROLLER ? 0 : 1,
                                step.kind().isOfZooKeeper() ? 1 : 2));
        assertThat(steps.stream().map(FaultStep::target)).contains("broker-1", "broker-2", "zk-1", "all brokers");
    }

    @Test
    void eachFormOfAFaultComesOnceBeforeOneComesAgain() {
        for (FaultKind kind : ALL) {
            List<FaultStep> steps = FaultPlan.draw(5, List.of(kind), THREE, 600_000);
            int forms = kind.forms().size();
            assertThat(steps.stream().limit(forms).map(FaultStep::form))
                    .containsExactlyInAnyOrderElementsOf(kind.forms());
            assertThat(steps.get(forms).form()).isEqualTo(steps.get(0).form());
        }
    }

    @Test
    void everySecondKillIsTheControllersWhoeverThatIsThen() {
        List<FaultStep> steps = FaultPlan.draw(5, List.of(FaultKind.KILL), THREE, 60_000);
        List<FaultStep> atController =
                steps.stream().filter(step -> step.victim() == 0).toList();
        assertThat(atController.size()).isBetween(steps.size() / 2, (steps.size() + 1) / 2);
        FaultStep step = atController.get(0);
        assertThat(step.target()).isEqualTo("the controller");
        assertThat(step.aimedAt(2).place()).isEqualTo("broker-2");
        assertThat(step.aimedAt(2).target()).isEqualTo("broker-2, the controller");
        FaultStep other =
                steps.stream().filter(one -> one.victim() != 0).findFirst().orElseThrow();
        assertThat(other.aimedAt(other.victim() % 3 + 1)).isEqualTo(other);
    }

    @Test
    void whatStrikesClientsOnlyIsAimedAtTheBrokersThatThereAreAndLeavesTheServersAlone() {
        List<FaultStep> steps = FaultPlan.draw(5, LinkFaults.KINDS, FaultScope.ofClients(List.of(7, 101)), 600_000);
        assertThat(steps).extracting(FaultStep::victim).contains(7, 101).containsOnly(7, 101);
        assertThat(steps)
                .extracting(FaultStep::form)
                .contains(
                        FaultForm.FROM_CLIENTS,
                        FaultForm.HALF_OPEN_FROM_CLIENTS,
                        FaultForm.TO_CLIENTS,
                        FaultForm.BY_CLIENTS)
                .doesNotContain(FaultForm.FROM_ALL, FaultForm.FROM_BROKERS, FaultForm.TO_ALL, FaultForm.BY_BROKERS);
    }

    @Test
    void withoutFaultsThereIsNoPlan() {
        assertThat(FaultPlan.draw(3, List.of(), THREE, 60_000)).isEmpty();
    }

    @Test
    void everyFaultIsFoundByItsSpellingAndNoOtherIs() {
        assertThat(ALL)
                .allSatisfy(kind -> assertThat(FaultKind.parse(kind.spelling())).isEqualTo(kind));
        assertThatThrownBy(() -> FaultKind.parse("one_way")).hasMessageContaining("'one_way'");
    }
}
