package io.millrace.bench;

import io.millrace.bench.load.Timing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be measured.
 *
 * @param serversWarmUpBytes that each cluster gets at the start
 * @param rehearsal how long a cell's takes, if it has one
 * @param kafkaProducer settings of Kafka's producers beside their defaults
 */
record Plan(
        List<Cell> cells,
        List<Contestant> contestants,
        int blocks,
        Timing timing,
        long serversWarmUpBytes,
        Duration rehearsal,
        Map<String, String> kafkaProducer) {
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Timing QUICK = new Timing(Duration.ofSeconds(3), Duration.ofSeconds(5));
    /** Kafka's brokers need so much before most of their code is compiled. */
    private static final long SERVERS_WARM_UP_BYTES = 2_000_000_000;

    private static final Duration REHEARSAL = Duration.ofSeconds(100);
    private static final Duration QUICK_REHEARSAL = Duration.ofSeconds(3);
    private static final long QUICK_SERVERS_WARM_UP_BYTES = 100_000_000;

    /** @param cells in any order */
    static Plan of(
            List<Cell> cells,
            List<Contestant> contestants,
            int blocks,
            Duration window,
            Map<String, String> kafkaProducer) {
        return new Plan(
                cells.stream().sorted().distinct().toList(),
                List.copyOf(contestants),
                blocks,
                new Timing(WARM_UP, window),
                SERVERS_WARM_UP_BYTES,
                REHEARSAL,
                Map.copyOf(kafkaProducer));
    }

    /** To see that it works. */
    Plan quick() {
        return new Plan(cells, contestants, 1, QUICK, QUICK_SERVERS_WARM_UP_BYTES, QUICK_REHEARSAL, kafkaProducer);
    }

    Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("cells", cells.stream().map(Cell::toString).toList());
        words.put("contestants", contestants.stream().map(Contestant::words).toList());
        words.put("blocks", blocks);
        words.put("windowSeconds", timing.window().toSeconds());
        words.put("warmUpSeconds", timing.warmUp().toSeconds());
        words.put("rehearsalSeconds", rehearsal.toSeconds());
        words.put("kafkaProducer", kafkaProducer);
        return words;
    }
}
