package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a batch may go. */
class PartitionBufferTest {
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Owner owner = new Owner();

    private static final class Owner implements PartitionBuffer.Owner {
        boolean isUrgent;
        int maxBatchBytes = Integer.MAX_VALUE;

        @Override
        public boolean isUrgent() {
            return isUrgent;
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public void onBegun(ProducerBatch batch) {}

        @Override
        public int maxBatchBytes(String topic) {
            return maxBatchBytes;
        }

        @Override
        public void onWork(PartitionBuffer buffer) {}
    }

    private PartitionBuffer buffer(long lingerMs) {
        return new PartitionBuffer(
                new TopicPartition("t", 0), ProducerConfig.of("a:1").withLingerMs(lingerMs), owner);
    }

    private static PartitionBuffer.Appended append(PartitionBuffer buffer) {
        byte[] value = "a value of some bytes".getBytes(StandardCharsets.UTF_8);
        ProducerRecord record = ProducerRecord.of("t", value);
        int bytes = PartitionBuffer.reservation(record.key(), record.value(), record.headers());
        return buffer.append(0, record, bytes, (receipt, failure) -> {});
    }

    @Test
    void withNothingOnItsWayABatchGoesAtOnceAndElseItFillsButNotForLong() {
        PartitionBuffer buffer = buffer(0);
        long beforeNs = System.nanoTime();
        append(buffer);
        long afterNs = System.nanoTime();

        assertThat(buffer.readyInNs(afterNs, false)).isZero();
        assertThat(buffer.readyInNs(beforeNs, true)).isGreaterThanOrEqualTo(LONGEST_NS);
        assertThat(buffer.take(beforeNs, true)).isNull();
        assertThat(buffer.readyInNs(afterNs + LONGEST_NS, true)).isZero();
        assertThat(buffer.take(afterNs + LONGEST_NS, true)).isNotNull();
    }

    @Test
    void whoFlushesWaitsForNoCompany() {
        PartitionBuffer buffer = buffer(60_000);
        append(buffer);
        long nowNs = System.nanoTime();

        assertThat(buffer.readyInNs(nowNs, false)).isPositive();
        owner.isUrgent = true;
        assertThat(buffer.readyInNs(nowNs, true)).isZero();
    }

    @Test
    void aBatchIsFullWhereItsTopicTakesNoMore() {
        owner.maxBatchBytes = 61 + 100;
        PartitionBuffer buffer = buffer(60_000);
        append(buffer);
        while (append(buffer) == PartitionBuffer.Appended.QUIETLY) {
            assertThat(buffer.readyInNs(System.nanoTime(), true)).isPositive();
        }

        SendBatch full = Objects.requireNonNull(buffer.take(System.nanoTime(), true));
        assertThat(full.sizeInBytes()).isLessThanOrEqualTo(161);
        assertThat(full.recordCount()).isGreaterThan(1);
    }
}
