/**
 * The Java client: a producer and a consumer over streams, single calls, and a writer that keeps one partition's records
 * in order.
 *
 * <p>Finds brokers from a bootstrap list, goes to each partition's leader by itself, follows it when it moves, and
 * repeats a call only where that cannot do harm: the failure is DEFINITE, the call only reads, or it is a batch that
 * names its producer, which brokers store once. Everything else reaches the caller as a {@link
 * io.millrace.client.MillraceException} that says what is known.
 *
 * <p>May use the stubs and the record codec of {@code proto}, and gRPC; never the broker. Answers are the messages of
 * {@code millrace.v1} where a class of our own would add nothing. What has no clock, thread or connection decides ({@code
 * SendMachine}, {@code FetchMachine}, {@code GroupMachine} and what they hold); the engines carry it out. All in one
 * package, so that nothing but the API is public.
 *
 * <p>Thread model: all public classes may be shared between threads. A producer and a consumer have one thread each,
 * which gRPC calls back on; there their machines live, and callbacks of the application run, except a {@link
 * io.millrace.client.RebalanceListener}, which the polling thread calls. Futures of single calls complete on gRPC's
 * threads; pauses run on one timer thread for each client. None of these may be blocked.
 *
 * <p>Reading order: {@link io.millrace.client.Producer}, {@link io.millrace.client.Consumer}, {@link
 * io.millrace.client.MillraceClient}, {@link io.millrace.client.MillraceException}, {@link
 * io.millrace.client.PartitionWriter}. Inside, sending: {@code SendMachine}, {@code PartitionSender}, {@code
 * LeaderStreams}, {@code LeaderStream}, {@code SendBatch}, {@code ProducerEngine}, {@code PartitionBuffer}; reading: {@code FetchMachine}, {@code
 * PartitionFetcher}, {@code ConsumerEngine}, {@code ConsumerBuffer}, {@code FetchedRecords}; sharing: {@code GroupMachine},
 * {@code CoordinatorTries}, {@code GroupEngine}, {@code OffsetLookup}, {@code GroupHandover}, {@code GroupReader}, {@code
 * CommitQueue}; single calls: {@code RetryingCall}, {@code RetryRules}, {@code LeaderTries}; for all: {@code Routes}, {@code
 * MetadataWatch}, {@code ClientLoop}.
 */
@NullMarked
package io.millrace.client;

import org.jspecify.annotations.NullMarked;
