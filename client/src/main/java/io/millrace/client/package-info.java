/**
 * The Java client: calls, and a writer that keeps one partition's records in order.
 *
 * <p>Finds brokers from a bootstrap list, goes to each partition's leader by itself, follows it when it moves, and
 * repeats a call only where that cannot do harm: the failure is DEFINITE, the call only reads, or it is a batch that
 * names its producer, which brokers store once. Everything else reaches the caller as a {@link io.millrace.client.MillraceException} that says what is known.
 *
 * <p>May use the stubs and the record codec of {@code proto}, and gRPC; never the broker. Answers are the messages of
 * {@code millrace.v1} where a class of our own would add nothing.
 *
 * <p>Thread model: all public classes may be shared between threads. Futures complete on gRPC's threads, which may not
 * be blocked for long; pauses between attempts run on one timer thread for each client.
 *
 * <p>Reading order: {@link io.millrace.client.MillraceClient}, {@link io.millrace.client.MillraceException}, {@link
 * io.millrace.client.PartitionWriter}; inside: {@code RetryingCall}, {@code RetryRules}, {@code LeaderTries}, {@code Routes}, {@code
 * Attempt}.
 */
@NullMarked
package io.millrace.client;

import org.jspecify.annotations.NullMarked;
