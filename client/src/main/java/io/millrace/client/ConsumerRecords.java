package io.millrace.client;

import io.millrace.record.RecordBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one poll has brought: of each partition in the order of its offsets. Checksums are verified; records are decoded
 * as they are iterated, anew by each iterator. Immutable, and safe for threads.
 *
 * <p>Iterating throws {@link MillraceException} of the kind PROTOCOL where a batch cannot be decoded, or its records
 * would unfold to more than 64 MiB: a small batch can be made to unfold to any size.
 */
public final class ConsumerRecords implements Iterable<ConsumerRecord> {
    /**
     * @param from the first offset wanted; the first batch may begin below it
     * @param next the offset behind the last record
     */
    record Chunk(TopicPartition partition, long from, long next, List<RecordBatch> batches) {
        /** By the headers alone. */
        int count() {
            long count = 0;
            for (RecordBatch batch : batches) {
                long skipped = Math.max(0, from - batch.baseOffset());
                count += Math.max(0, batch.recordCount() - skipped);
            }
            return (int) count;
        }
    }

    static final ConsumerRecords NONE = new ConsumerRecords(List.of());

    private final List<Chunk> chunks;

    ConsumerRecords(List<Chunk> chunks) {
        this.chunks = List.copyOf(chunks);
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    public int count() {
        int count = 0;
        for (Chunk chunk : chunks) {
            count += chunk.count();
        }
        return count;
    }

    /** Those that there are records of. */
    public Set<TopicPartition> partitions() {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        chunks.forEach(chunk -> partitions.add(chunk.partition()));
        return partitions;
    }

    /** Of one partition only. */
    public Iterable<ConsumerRecord> records(TopicPartition partition) {
        List<Chunk> own = new ArrayList<>(chunks);
        own.removeIf(chunk -> !chunk.partition().equals(partition));
        return () -> new RecordIterator(own);
    }

    @Override
    public Iterator<ConsumerRecord> iterator() {
        return new RecordIterator(chunks);
    }
}
