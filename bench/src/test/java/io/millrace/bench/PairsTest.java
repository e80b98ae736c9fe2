package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PairsTest {

    private static SortedMap<Integer, List<Double>> blocks(Map<Integer, List<Double>> figures) {
        return new TreeMap<>(figures);
    }

    @Test
    void aBlockInWhichTheMachineGetsSlowerAllTheTimeStillSaysThatBothAreAlike() {
        // A B B A, each run half as fast as the one before.
        List<Double> ratios = Pairs.ratios(blocks(Map.of(1, List.of(4.0, 2.0))), blocks(Map.of(1, List.of(8.0, 1.0))));

        assertThat(ratios).singleElement().satisfies(ratio -> assertThat(ratio).isCloseTo(1, within(1e-9)));
    }

    @Test
    void ratiosAreTakenWithinEachBlockAndNotAcrossBlocks() {
        List<Double> ratios = Pairs.ratios(
                blocks(Map.of(1, List.of(30.0, 30.0), 2, List.of(3.0, 3.0))),
                blocks(Map.of(1, List.of(10.0, 10.0), 2, List.of(2.0, 2.0))));

        assertThat(ratios).hasSize(2);
        assertThat(ratios.get(0)).isCloseTo(3, within(1e-9));
        assertThat(ratios.get(1)).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void aBlockThatTheRivalHasNotRunYetIsLeftOut() {
        assertThat(Pairs.ratios(blocks(Map.of(1, List.of(2.0), 2, List.of(9.0))), blocks(Map.of(1, List.of(1.0)))))
                .hasSize(1);
    }

    @Test
    void theRepeatIsThatOfTheWorstBlock() {
        assertThat(Pairs.repeat(blocks(Map.of(1, List.of(10.0, 11.0), 2, List.of(30.0, 20.0)))))
                .isCloseTo(1.5, within(1e-9));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Pairs.median(List.of(9.0, 1.0, 3.0, 5.0))).isEqualTo(4);
        assertThat(Pairs.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3);
    }
}
