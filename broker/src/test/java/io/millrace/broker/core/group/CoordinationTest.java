package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoordinationTest {
    private static final List<String> GROUPS =
            IntStream.range(0, 3_000).mapToObj(i -> "group-" + i).toList();

    @Test
    void groupsAreSpreadEvenly() {
        Map<Integer, Integer> counts = new TreeMap<>();
        GROUPS.forEach(group -> counts.merge(coordinator(group, List.of(1, 2, 3)), 1, Integer::sum));

        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(900, 1_100));
    }

    @Test
    void aBrokerThatGoesMovesItsOwnGroupsAndNoOthers() {
        for (String group : GROUPS) {
            int before = coordinator(group, List.of(1, 2, 3, 4));
            int after = coordinator(group, List.of(1, 2, 4));
            if (before != 3) {
                assertThat(after).as(group).isEqualTo(before);
            }
        }
    }

    @Test
    void theOrderInWhichBrokersAreNamedDoesNotMatter() {
        List<Integer> backwards = new ArrayList<>(List.of(5, 4, 3, 2, 1));

        assertThat(GROUPS)
                .allSatisfy(group -> assertThat(coordinator(group, backwards))
                        .isEqualTo(coordinator(group, List.of(1, 2, 3, 4, 5))));
        assertThat(Coordination.coordinator("g", List.of())).isEmpty();
    }

    private static int coordinator(String group, List<Integer> brokers) {
        return Coordination.coordinator(group, brokers).orElseThrow();
    }
}
