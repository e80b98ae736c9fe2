package io.millrace.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads partitions that the application names, from positions that it names. Leaders push what comes into a buffer of
 * bounded size; {@code poll} takes from it, and makes room for more. An application that does not poll holds up nobody
 * else, and no more memory than that.
 *
 * <p>Follows leaders as they move: records come in the order of their offsets, none twice and none left out, whatever
 * fails. Only committed records are read.
 *
 * <p>Safe for threads, though only one at a time has a use for {@code poll}; {@link #wakeup} and {@link #close} are meant
 * for others.
 */
public final class Consumer implements AutoCloseable {
    private final ConsumerConfig config;
    private final ConsumerEngine engine;

    private Consumer(ConsumerConfig config) {
        this.config = config;
        this.engine = new ConsumerEngine(config);
    }

    /** Connects once something is assigned. To be closed. */
    public static Consumer open(ConsumerConfig config) {
        Consumer consumer = new Consumer(config);
        consumer.engine.start();
        return consumer;
    }

    /** Reads these partitions and no others, from these positions; what was buffered is dropped. */
    public void assign(Map<TopicPartition, StartPosition> positions) {
        Map<TopicPartition, StartPosition> copy = Map.copyOf(positions);
        int turn = engine.buffer().assign(copy);
        copy.keySet().forEach(partition -> engine.watch(partition.topic()));
        engine.tell(machine -> machine.assign(copy, turn));
    }

    public Set<TopicPartition> assigned() {
        return engine.buffer().assigned();
    }

    /**
     * What has come since the last poll, about 1 MiB of it at most; waits for it as long as it is told to. The next poll
     * goes on behind it.
     *
     * @return empty where nothing came in time, or {@link #wakeup} was called
     * @throws MillraceException where a partition cannot be read on: REFUSED (OFFSET_OUT_OF_RANGE under
     *     {@link OutOfRangePolicy#FAIL}, UNKNOWN_TOPIC, …), PROTOCOL (a batch that does not match its checksum), or CANCELLED where the thread
     *     was interrupted. Thrown by each poll until the partition is sought elsewhere, paused or not assigned any more
     * @throws IllegalStateException if the consumer is closed, or nothing is assigned
     */
    public ConsumerRecords poll(Duration timeout) {
        return engine.buffer().poll(timeout.toNanos());
    }

    /** Goes on there; what was buffered of the partition is dropped. */
    public void seek(TopicPartition partition, StartPosition position) {
        int turn = engine.buffer().seek(partition, position);
        engine.tell(machine -> machine.seek(partition, turn, position));
    }

    /**
     * The offset of the next record that {@code poll} returns. Waits for a start position that has to be found first.
     *
     * @throws MillraceException if it was not found within the timeout of the configuration
     */
    public long position(TopicPartition partition) {
        return engine.buffer().position(partition, config.timeoutMs());
    }

    /** Polls return nothing of these until they are resumed; what was on its way stays in the buffer. */
    public void pause(Collection<TopicPartition> partitions) {
        setPaused(List.copyOf(partitions), true);
    }

    public void resume(Collection<TopicPartition> partitions) {
        setPaused(List.copyOf(partitions), false);
    }

    private void setPaused(List<TopicPartition> partitions, boolean isPaused) {
        engine.buffer().pause(partitions, isPaused);
        engine.tell(machine -> partitions.forEach(partition -> machine.pause(partition, isPaused)));
    }

    /** Ends the poll that waits, or else the next one, at once. From any thread. */
    public void wakeup() {
        engine.buffer().wakeup();
    }

    /** Drops what was not polled. Whoever polls meanwhile gets an IllegalStateException. */
    @Override
    public void close() {
        engine.stop();
    }
}
