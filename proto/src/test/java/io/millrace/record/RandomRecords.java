package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random contents of batches: nulls, empties, repeated headers, times that go back, now and then a large value. */
final class RandomRecords {
    private final Random random;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    List<TestRecord> next() {
        long startMs = random.nextInt(4) == 0
                ? (random.nextLong() >>> 1) % BatchValidator.MAX_TIMESTAMP_MS
                : 1_700_000_000_000L;
        return Stream.generate(() -> nextRecord(startMs))
                .limit(1 + random.nextInt(150))
                .toList();
    }

    private TestRecord nextRecord(long startMs) {
        long timestampMs = Math.min(Math.abs(startMs + random.nextInt(2_000) - 1_000), BatchValidator.MAX_TIMESTAMP_MS);
        return new TestRecord(timestampMs, nextBytes(20), nextBytes(200), nextHeaders());
    }

    private List<Header> nextHeaders() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> new Header("h\u00e4\ud83d\ude00".substring(0, random.nextInt(3)), nextBytes(10)))
                .toList();
    }

    private @Nullable ByteBuffer nextBytes(int usualBytes) {
        int shape = random.nextInt(200);
        if (shape < 20) {
            return null;
        }
        byte[] bytes = new byte[shape == 199 ? 50_000 : random.nextInt(usualBytes)];
        random.nextBytes(bytes);
        // Compressible and incompressible ones.
        return shape % 2 == 0 ? ByteBuffer.wrap(bytes) : ByteBuffer.allocate(bytes.length);
    }
}
