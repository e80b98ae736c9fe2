package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrillReportTest {
    private static final CheckCounts CLEAN = new CheckCounts(10, 10, 0, 0, 0, 0, 0, 0, 0, 0);

    @Test
    void theGapIsThatOfRoundsInWhichALeaderWasStruck() {
        DrillReport report = report(BrokerFault.KILL, CLEAN, 0, round(1, 4, 300), round(2, 0, 9_000), round(3, 4, 500));

        assertThat(report.gaps().median()).hasValue(500);
        assertThat(report.gaps().longest()).hasValue(500);
        assertThat(report.violations()).isEmpty();
    }

    @Test
    void whereNoLeaderWasStruckThereIsNoGap() {
        DrillReport report = report(BrokerFault.KILL, CLEAN, 0, round(1, 0, 9_000));

        assertThat(report.gaps().median()).isEmpty();
        assertThat(report.gaps().longest()).isEmpty();
    }

    @Test
    void partitionsThatTheVictimOnlyFollowsHaveGapsOfTheirOwn() {
        DrillReport report = report(
                BrokerFault.KILL,
                CLEAN,
                0,
                round(1, 4, 300, 700),
                round(2, 0, 9_000, 20),
                round(3, 12, 500, -1),
                round(4, 4, 200, 60));

        assertThat(report.followedGaps().ms()).containsExactly(20L, 60L, 700L);
        assertThat(report.followedGaps().median()).hasValue(60);
        assertThat(report.followedGaps().longest()).hasValue(700);
        assertThat(report.gaps().ms()).containsExactly(200L, 300L, 500L);
    }

    @Test
    void anyFindingOfTheCheckIsAViolation() {
        for (int i = 0; i < 7; i++) {
            long[] found = new long[7];
            found[i] = 1;
            CheckCounts counts =
                    new CheckCounts(10, 10, found[0], found[1], found[2], found[3], found[4], found[5], found[6], 0);

            assertThat(report(BrokerFault.KILL, counts, 0).violations()).hasSize(1);
        }
    }

    @Test
    void aFailedWriteIsAViolationWhereBrokersWereAskedToEndOrNoneWasStruck() {
        assertThat(report(BrokerFault.KILL, CLEAN, 1).violations()).isEmpty();
        for (Fault fault :
                List.of(BrokerFault.TERMINATE, new RollingRestart(), ZooKeeperFault.stopped(Duration.ofSeconds(30)))) {
            assertThat(report(fault, CLEAN, 1).violations())
                    .as(fault.name())
                    .singleElement()
                    .asString()
                    .contains("1 records and 0 fetches");
        }
    }

    @Test
    void whatARoundFoundIsToldWithItsNumber() {
        Round round = new Round(4, Set.of(1), false, Set.of(), 1, 0, -1, 0, 0, -1, 0, 0, true, List.of("went wrong"));

        assertThat(report(BrokerFault.KILL, CLEAN, 0, round).violations()).containsExactly("round 4: went wrong");
    }

    private static Round round(int number, int led, long gapMs) {
        return round(number, led, gapMs, 10);
    }

    private static Round round(int number, int led, long gapMs, long followedGapMs) {
        Set<Integer> partitions = led == 0 ? Set.of() : Set.of(1, 2);
        return new Round(
                number, Set.of(1), false, partitions, 5, gapMs, followedGapMs, 20, 3_000, -1, led, 0, true, List.of());
    }

    private static DrillReport report(Fault fault, CheckCounts counts, long failedRecords, Round... rounds) {
        DrillPlan plan = new DrillPlan("t", 12, 3, 1_000, 100, 3, fault, 1, false);
        return new DrillReport(
                plan, List.of(rounds), 10, failedRecords, "", 5, 0, 2, counts, List.of(), false, List.of());
    }
}
