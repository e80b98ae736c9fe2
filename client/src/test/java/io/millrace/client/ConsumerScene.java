package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** Consumers of one group, on two brokers that are played. */
abstract class ConsumerScene {
    static final Duration SHORT = Duration.ofMillis(50);
    static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

    static final GroupConfig FROM_START =
            GroupConfig.of("readers").withStartWhereNone(StartPosition.earliest());

    static final GroupConfig MANUAL = FROM_START.withAutoCommitIntervalMs(0);
    final StreamCluster cluster = new StreamCluster(2, 2);
    final StreamGroup group = cluster.group;
    final List<Member> members = new ArrayList<>();

    /** A consumer, and what it has seen. */
    final class Member implements RebalanceListener {
        final String name;
        final Consumer consumer = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));
        final List<String> read = new ArrayList<>();
        /** Of the group, when the listener was told. */
        final Map<String, Long> generations = new HashMap<>();

        Member(String name, GroupConfig config) {
            this.name = name;
            members.add(this);
            consumer.subscribe(List.of(TOPIC), config, this);
        }

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            note("has", partitions);
        }

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {
            note("revoked", partitions);
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            note("lost", partitions);
        }

        private void note(String what, Set<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                group.events.add(name + " " + what + " " + partition.partition());
                generations.put(what + " " + partition.partition(), consumer.groupGeneration());
            }
        }

        void poll() {
            consumer.poll(SHORT).forEach(record -> read.add(record.partition() + "@" + record.offset()));
        }

        Set<TopicPartition> assigned() {
            return consumer.assigned();
        }
    }

    @AfterEach
    void close() {
        members.forEach(member -> member.consumer.close());
        cluster.close();
    }

    void pollUntil(BooleanSupplier condition, Member... polling) {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    for (Member member : polling) {
                        if (!condition.getAsBoolean()) {
                            member.poll();
                        }
                    }
                    return condition.getAsBoolean();
                });
    }

    long offset(int partition) {
        CommittedOffset stored = group.committed(partition);
        return stored == null ? -1 : stored.getOffset();
    }

    static void assertRefused(ErrorReason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    /** Ten records to a batch. */
    void fill(int partition, int from, int to) {
        for (int i = from; i < to; i += 10) {
            cluster.plant(partition, RecordBatch.wrap(batch(i, i + 10)));
        }
    }

    static ByteBuffer batch(int from, int to) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        IntStream.range(from, to)
                .forEach(i -> builder.append(
                        1_000L * i, null, ByteBuffer.wrap(("v" + i).getBytes(StandardCharsets.UTF_8)), List.of()));
        return builder.build();
    }
}
