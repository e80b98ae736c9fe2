package io.millrace.broker.rpc;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Remembers what it was asked, and answers what the test wants; where it wants nothing, it never answers. */
final class FakePartitions implements PartitionServer {

    record Produced(TopicPartition partition, ByteBuffer batch, Acks acks, long commitTimeoutNs) {}

    record Fetch(
            TopicPartition partition,
            long offset,
            int minBytes,
            int maxBytes,
            long maxWaitNs,
            Consumer<Outcome<Fetched>> reply) {}

    record OffsetAsked(TopicPartition partition, Position position) {}

    final List<Produced> produced = new CopyOnWriteArrayList<>();
    final List<Fetch> fetches = new CopyOnWriteArrayList<>();
    final List<OffsetAsked> offsetsAsked = new CopyOnWriteArrayList<>();
    final AtomicInteger givenUp = new AtomicInteger();

    volatile Bounds bounds = new Bounds(3, 42);
    volatile Consumer<Consumer<Outcome<Appended>>> onProduce = reply -> {};
    volatile Consumer<Consumer<Outcome<Fetched>>> onFetch = reply -> {};
    volatile Consumer<Consumer<Outcome<FoundOffset>>> onOffsetFor = reply -> {};

    int callCount() {
        return produced.size() + fetches.size() + offsetsAsked.size();
    }

    @Override
    public void produce(
            TopicPartition partition,
            ByteBuffer batch,
            Acks acks,
            long commitTimeoutNs,
            Consumer<Outcome<Appended>> reply) {
        produced.add(new Produced(partition, batch, acks, commitTimeoutNs));
        onProduce.accept(reply);
    }

    @Override
    public Waiting fetch(
            TopicPartition partition,
            long offset,
            int minBytes,
            int maxBytes,
            long maxWaitNs,
            Consumer<Outcome<Fetched>> reply) {
        fetches.add(new Fetch(partition, offset, minBytes, maxBytes, maxWaitNs, reply));
        onFetch.accept(reply);
        return givenUp::incrementAndGet;
    }

    @Override
    public OptionalLong localEnd(TopicPartition partition) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Bounds> bounds(TopicPartition partition) {
        return Optional.of(bounds);
    }

    @Override
    public void offsetFor(TopicPartition partition, Position position, Consumer<Outcome<FoundOffset>> reply) {
        offsetsAsked.add(new OffsetAsked(partition, position));
        onOffsetFor.accept(reply);
    }
}
