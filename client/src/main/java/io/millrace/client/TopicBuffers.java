package io.millrace.client;

import io.millrace.record.Murmur2;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/**
 * The buffers of one topic's partitions, and which of them a record goes to. Records without a key fill one partition's
 * batch before they go on to the next, a random one that has a leader: ten half-empty batches cost as much as ten full ones.
 */
final class TopicBuffers {
    private final String topic;
    private final Routes routes;
    private final int batchMaxBytes;
    private final IntFunction<PartitionBuffer> maker;
    private volatile PartitionBuffer[] buffers = new PartitionBuffer[0];
    private int sticky = -1;
    private long stickyBytes;
    private long routesVersion = -1;

    TopicBuffers(String topic, Routes routes, int batchMaxBytes, IntFunction<PartitionBuffer> maker) {
        this.topic = topic;
        this.routes = routes;
        this.batchMaxBytes = batchMaxBytes;
        this.maker = maker;
    }

    /** @throws IllegalArgumentException if the record names a partition that the topic does not have */
    PartitionBuffer choose(ProducerRecord record, int recordBytes) {
        ByteBuffer key = record.key();
        if (record.partition() >= 0) {
            return buffer(record.partition());
        }
        return buffer(key == null ? stick(recordBytes) : Murmur2.partitionOf(key, partitionCount()));
    }

    /** Never fewer than before: a topic gains partitions and does not lose any. */
    private int partitionCount() {
        return Math.max(routes.partitionCount(topic), buffers.length);
    }

    private PartitionBuffer buffer(int partition) {
        PartitionBuffer[] known = buffers;
        return partition < known.length ? known[partition] : grown(partition);
    }

    private synchronized PartitionBuffer grown(int partition) {
        int count = partitionCount();
        if (partition >= count) {
            throw new IllegalArgumentException(
                    "partition " + partition + " where topic '" + topic + "' has " + count + ", from 0");
        }
        PartitionBuffer[] known = buffers;
        PartitionBuffer[] grown = Arrays.copyOf(known, count);
        for (int i = known.length; i < count; i++) {
            grown[i] = maker.apply(i);
        }
        buffers = grown;
        return grown[partition];
    }

    private synchronized int stick(int recordBytes) {
        long version = routes.version();
        boolean mustLook = sticky < 0 || routesVersion != version;
        routesVersion = version;
        if (stickyBytes + recordBytes > batchMaxBytes || (mustLook && !isLed(sticky))) {
            sticky = next();
            stickyBytes = 0;
        }
        stickyBytes += recordBytes;
        return sticky;
    }

    private int next() {
        int count = partitionCount();
        List<Integer> others = new ArrayList<>();
        for (int partition = 0; partition < count; partition++) {
            if (partition != sticky && isLed(partition)) {
                others.add(partition);
            }
        }
        if (!others.isEmpty()) {
            return others.get(ThreadLocalRandom.current().nextInt(others.size()));
        }
        return sticky >= 0 ? sticky : ThreadLocalRandom.current().nextInt(count);
    }

    private boolean isLed(int partition) {
        return partition >= 0 && routes.leader(topic, partition).isPresent();
    }
}
