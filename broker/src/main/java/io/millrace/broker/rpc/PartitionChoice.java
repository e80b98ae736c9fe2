package io.millrace.broker.rpc;

import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.record.Murmur2;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks a partition for a producer that did not. From any thread. */
final class PartitionChoice {

    private final AtomicInteger next = new AtomicInteger();

    /** By the key where there is one (murmur2_v1), else one after the other. */
    int choose(TopicImage topic, Optional<ByteBuffer> key) {
        return key.map(bytes -> Murmur2.partitionOf(bytes, topic.partitionCount()))
                .orElseGet(() -> nextWithLeader(topic));
    }

    /** A batch without a key can go anywhere, so it need not wait for an election; if all are leaderless, any will do. */
    private int nextWithLeader(TopicImage topic) {
        int first = Math.floorMod(next.getAndIncrement(), topic.partitionCount());
        for (int i = 0; i < topic.partitionCount(); i++) {
            int candidate = (first + i) % topic.partitionCount();
            PartitionState state = topic.partitions().get(candidate);
            if (state != null && state.leader() != PartitionState.NO_LEADER) {
                return candidate;
            }
        }
        return first;
    }
}
