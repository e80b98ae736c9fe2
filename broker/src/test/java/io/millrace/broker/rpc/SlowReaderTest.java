package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.FetchCredit;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.record.Codec;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Callers that ask and do not read: what a broker keeps for them is bounded, and so is how long. */
@Timeout(60)
class SlowReaderTest {

    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration STALLED = Duration.ofSeconds(31);
    private static final Duration LINGERED = Duration.ofSeconds(61);
    private static final String FETCH = "/millrace.v1.ConsumerService/Fetch";
    private static final String FETCH_STREAM = "/millrace.v1.ConsumerService/FetchStream";
    /** INITIAL_WINDOW_SIZE 0: nothing of any answer may be sent. */
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

    /** Of Netty's, which takes memory in pieces and gives it back in pieces. */
    private static final int SLACK = 8;

    private final AtomicInteger given = new AtomicInteger();
    private RpcBroker broker;
    private long directBefore;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1);
        directBefore = directBytes();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void aConsumerThatDoesNotReadIsGivenNoMoreThanItsCredit() {
        giveMebibytes();
        StreamCall<FetchStreamRequest, FetchStreamResponse> consumer = new StreamCall<>(false);
        var unused = ConsumerServiceGrpc.newStub(broker.client()).fetchStream(consumer);
        consumer.send(open());
        consumer.send(credit(3 * MIB));

        await().atMost(SOON).until(() -> given.get() > 0);
        await().during(Duration.ofMillis(300)).atMost(SOON).until(given::get, mebibytes -> mebibytes <= 3);
    }

    @Test
    void aStreamThatIsLeftUnreadIsEndedAndThenResetWithAllThatWaitsInIt() {
        giveMebibytes();
        try (RawHttp2 raw = new RawHttp2(broker.ports.client(), true, NO_WINDOW)) {
            call(raw, 1, FETCH_STREAM, open(), credit(Long.MAX_VALUE));
            await().atMost(SOON).until(() -> given.get() == 1);

            broker.pass(STALLED);
            assertThat(raw.resets).isEmpty();
            await().atMost(SOON).until(() -> hasPassedFor(raw, 1));

            assertThat(broker.faults).isEmpty();
        }
    }

    @Test
    void streamsThatNobodyReadsHoldNoMoreThanTheirShareOfTheHeapAndOthersGoOnAfterThem() {
        giveMebibytes();
        long share = Clusters.LIMITS.maxProduceBytes() / MIB;
        int calls = Clusters.LIMITS.maxConcurrentCallsPerConnection();
        try (RawHttp2 raw = new RawHttp2(broker.ports.client(), true, NO_WINDOW)) {
            for (int i = 0; i < calls; i++) {
                call(raw, 2 * i + 1, FETCH_STREAM, open(), credit(Long.MAX_VALUE));
            }
            await().atMost(SOON).until(() -> !broker.outbound.hasRoom());
            await().during(Duration.ofMillis(300)).atMost(SOON).until(this::held, held -> held <= share + SLACK);

            // Those that wait for room come in turn, and have to be cut off like the first ones.
            await().atMost(SOON).until(() -> hasPassedFor(raw, calls));

            StreamCall<FetchStreamRequest, FetchStreamResponse> reader = new StreamCall<>(true);
            var unused = ConsumerServiceGrpc.newStub(broker.client()).fetchStream(reader);
            reader.send(open());
            reader.send(credit(1));
            assertThat(reader.message(0).getFetched().getBatches().size()).isGreaterThan(MIB);
        }
    }

    @Test
    void answersThatNobodyReadsHoldNoMoreThanTheirShareOfTheHeap() {
        giveMebibytes();
        long share = Clusters.LIMITS.maxProduceBytes() / MIB;
        int calls = Clusters.LIMITS.maxConcurrentCallsPerConnection();
        try (RawHttp2 raw = new RawHttp2(broker.ports.client(), true, NO_WINDOW)) {
            for (int i = 0; i < calls; i++) {
                call(raw, 2 * i + 1, FETCH, fetch());
                raw.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 2 * i + 1);
            }
            raw.flush();
            await().atMost(SOON).until(() -> given.get() == calls);
            assertThat(held()).isLessThan(share + SLACK);
            Errors refused = Errors.of(
                    () -> ConsumerServiceGrpc.newBlockingStub(broker.client()).fetch(fetch()));
            assertThat(refused.detail().getReason()).hasToString("ERROR_REASON_LIMIT_EXCEEDED");

            await().atMost(SOON).until(() -> {
                broker.pass(LINGERED);
                return broker.outbound.hasRoom();
            });
            assertThat(ConsumerServiceGrpc.newBlockingStub(broker.client())
                            .fetch(fetch())
                            .getBatches()
                            .size())
                    .isGreaterThan(MIB);
        }
    }

    @Test
    void aThousandIdleStreamsCostLittleAndNoThreadAndEndWithTheirConnections(TestReporter reporter) {
        List<RawHttp2> connections = new ArrayList<>();
        int perConnection = Clusters.LIMITS.maxConcurrentCallsPerConnection();
        int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
        long before = heapAfterGc();
        for (int i = 0; i < 10; i++) {
            RawHttp2 raw = new RawHttp2(broker.ports.client(), false);
            connections.add(raw);
            for (int j = 0; j < perConnection; j++) {
                call(raw, 2 * j + 1, FETCH_STREAM, open(), credit(MIB));
            }
        }
        await().atMost(SOON).until(() -> broker.partitions.fetches.size() == 1000);
        long perStream = (heapAfterGc() - before) / 1000;
        int threads = ManagementFactory.getThreadMXBean().getThreadCount() - threadsBefore;
        reporter.publishEntry("heap bytes of an idle FetchStream", Long.toString(perStream));

        connections.forEach(RawHttp2::close);

        await().atMost(SOON).until(() -> broker.partitions.givenUp.get() == 1000);
        assertThat(perStream).isLessThan(16 * 1024);
        assertThat(threads).isLessThan(10);
    }

    /** In half a minute and a little; here in 10 s, which is the least that gRPC can be told. */
    @Test
    void whoSaysNothingAndWhoAnswersNothingIsCutOff() throws Exception {
        try (RpcBroker impatient = new RpcBroker(1, Duration.ofMillis(300));
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient.ports.client());
                RawHttp2 raw = new RawHttp2(impatient.ports.client(), true)) {
            impatient.image = broker.image;
            call(raw, 1, FETCH_STREAM, open(), credit(MIB));
            await().until(() -> impatient.partitions.fetches.size() == 1);

            await().atMost(SOON.multipliedBy(2)).until(() -> impatient.partitions.givenUp.get() == 1);
            silent.setSoTimeout((int) SOON.toMillis());
            byte[] said = silent.getInputStream().readAllBytes();
            assertThat(said).as("settings and a farewell").hasSizeLessThan(200);
        }
    }

    /** Every read gives a mebibyte. */
    private void giveMebibytes() {
        broker.partitions.onFetch = reply -> {
            ByteBuffer batch = Requests.stored(10, Codec.NONE, "x".repeat(MIB));
            given.incrementAndGet();
            reply.accept(Outcome.ok(new Fetched(batch.asReadOnlyBuffer(), 11, 100, 3, Clusters.LEADER_EPOCH)));
        };
    }

    /** Lets the time of an unread stream pass; whether so many have been reset, or their connection for being so many. */
    private boolean hasPassedFor(RawHttp2 raw, int streams) {
        broker.pass(STALLED);
        broker.pass(LINGERED);
        return raw.resets.size() == streams || raw.isClosed;
    }

    /** Mebibytes outside of the heap, where gRPC and Netty keep what is on its way, since the test began. */
    private long held() {
        return (directBytes() - directBefore) / MIB;
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long heapAfterGc() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void call(RawHttp2 raw, int stream, String path, MessageLite... messages) {
        raw.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, raw.block(stream, RawHttp2.call(path)));
        for (MessageLite message : messages) {
            byte[] bytes = message.toByteArray();
            raw.frame(
                    RawHttp2.DATA,
                    0,
                    stream,
                    ByteBuffer.allocate(5 + bytes.length)
                            .put((byte) 0)
                            .putInt(bytes.length)
                            .put(bytes)
                            .array());
        }
        raw.flush();
    }

    private static FetchRequest fetch() {
        return Requests.fetch(0, 10).toBuilder()
                .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                .build();
    }

    private static FetchStreamRequest open() {
        return FetchStreamRequest.newBuilder()
                .setOpen(FetchStreamOpen.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setOffset(10)
                        .setFormat(FetchFormat.FETCH_FORMAT_BATCH))
                .build();
    }

    private static FetchStreamRequest credit(long bytes) {
        return FetchStreamRequest.newBuilder()
                .setCredit(FetchCredit.newBuilder().setRecords(Long.MAX_VALUE).setBytes(bytes))
                .build();
    }
}
