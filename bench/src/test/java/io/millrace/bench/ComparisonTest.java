package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.bench.load.Measured;
import io.millrace.bench.load.Metric;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static RunRecord run(Cell cell, int block, Contestant contestant, double figure) {
        return new RunRecord(cell, block, contestant, new Measured(Map.of(Metric.THROUGHPUT, figure), Map.of()));
    }

    @Test
    void whoSyncsIsComparedWithKafkasDefaultAndWithKafkaThatSyncs() {
        List<Comparison> comparisons = Comparison.of(List.of(
                run(Cell.THROUGHPUT_1K, 1, Contestant.KAFKA, 50),
                run(Cell.THROUGHPUT_1K, 1, Contestant.KAFKA_FSYNC, 10),
                run(Cell.THROUGHPUT_1K, 1, Contestant.MILLRACE_FSYNC, 40)));

        assertThat(comparisons.stream().filter(one -> one.contestant() == Contestant.MILLRACE_FSYNC))
                .extracting(Comparison::rival, one -> Math.round(Pairs.median(one.ratios()) * 10))
                .containsExactlyInAnyOrder(tuple(Contestant.KAFKA, 8L), tuple(Contestant.KAFKA_FSYNC, 40L));
    }

    @Test
    void kafkasDefaultIsTheMeasureAndHasNoRatio() {
        List<Comparison> comparisons = Comparison.of(List.of(run(Cell.CPU, 1, Contestant.KAFKA, 50)));

        assertThat(comparisons)
                .singleElement()
                .satisfies(one -> assertThat(one.ratios()).isEmpty());
    }

    @Test
    void oneCellsRunsDoNotReachAnother() {
        List<Comparison> comparisons = Comparison.of(List.of(
                run(Cell.THROUGHPUT_1K, 1, Contestant.KAFKA, 50),
                run(Cell.THROUGHPUT_100B, 1, Contestant.MILLRACE_REPLICATED, 40)));

        assertThat(comparisons).extracting(Comparison::median).containsExactly(50.0, 40.0);
        assertThat(comparisons.get(1).ratios()).isEmpty();
    }
}
