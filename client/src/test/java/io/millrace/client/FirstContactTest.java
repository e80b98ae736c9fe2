package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Consumers that nobody answers: what passes is waited for, and what does not is thrown, whichever way they read. */
@Timeout(60)
final class FirstContactTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

    private final StreamCluster cluster = new StreamCluster(2, 1);
    private final LogWatch log = new LogWatch();
    private final Consumer consumer = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));

    /** The ways to read. */
    enum Mode {
        GROUP,
        FROM_START,
        FROM_TIME,
        FROM_OFFSET;

        void begin(Consumer consumer) {
            switch (this) {
                case GROUP ->
                    consumer.subscribe(
                            List.of(TOPIC), GroupConfig.of("readers").withStartWhereNone(StartPosition.earliest()));
                case FROM_START -> consumer.assign(Map.of(FIRST, StartPosition.earliest()));
                case FROM_TIME -> consumer.assign(Map.of(FIRST, StartPosition.time(1)));
                case FROM_OFFSET -> consumer.assign(Map.of(FIRST, StartPosition.offset(0)));
            }
        }
    }

    @AfterEach
    void close() {
        consumer.close();
        log.close();
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pollsWaitForACluster(Mode mode) {
        cluster.plant(0, RecordBatch.wrap(batch()));
        cluster.down(true);
        mode.begin(consumer);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> consumer.poll(SHORT).isEmpty() && !warnings().isEmpty());
        // Long enough for a second and a third try, whose pauses grow to a second.
        await().during(Duration.ofMillis(2_500))
                .atMost(Duration.ofSeconds(10))
                .until(() -> consumer.poll(SHORT).isEmpty());
        assertThat(warnings()).hasSize(1).first().asString().contains("no broker ");

        cluster.down(false);
        AtomicInteger read = new AtomicInteger();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> read.addAndGet(consumer.poll(SHORT).count()) == 10);
        await().untilAsserted(() -> assertThat(log.lines(Level.INFO)).hasSize(1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatIsNoBrokerIsThrown(Mode mode) throws IOException {
        Server other = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build()
                .start();
        try (Consumer astray = Consumer.open(ConsumerConfig.of("127.0.0.1:" + other.getPort()))) {
            mode.begin(astray);
            assertThatThrownBy(() -> {
                        while (true) {
                            astray.poll(SHORT);
                        }
                    })
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
        } finally {
            other.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"FROM_START", "FROM_OFFSET"})
    void aTopicThatIsNotThereIsThrown(Mode mode) {
        TopicPartition nowhere = new TopicPartition("nothing", 0);
        StartPosition start = mode == Mode.FROM_START ? StartPosition.earliest() : StartPosition.offset(3);
        consumer.assign(Map.of(nowhere, start));
        assertThatThrownBy(() -> {
                    while (true) {
                        consumer.poll(SHORT);
                    }
                })
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_UNKNOWN_TOPIC));
    }

    @Test
    void aPositionThatIsNotFoundInTimeSaysWhatStoodInTheWay() {
        cluster.down(true);
        ConsumerConfig config = ConsumerConfig.of(cluster.bootstrap());
        try (Consumer hasty = Consumer.open(config.withTimeoutMs(2_000))) {
            Mode.FROM_START.begin(hasty);
            assertThatThrownBy(() -> hasty.position(FIRST)).isInstanceOfSatisfying(MillraceException.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
                assertThat(failure).hasMessageContaining("no broker ").hasCauseInstanceOf(MillraceException.class);
            });
        }
    }

    @Test
    void committedOffsetsThatCannotBeReadAtPresentAreWaitedFor() {
        cluster.plant(0, RecordBatch.wrap(batch()));
        cluster.group.offsetsRefusal = ErrorReason.ERROR_REASON_COORDINATOR_NOT_AVAILABLE;
        ConsumerConfig config = ConsumerConfig.of(cluster.bootstrap());
        try (Consumer hasty = Consumer.open(config.withTimeoutMs(300))) {
            Mode.GROUP.begin(hasty);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> hasty.poll(SHORT).isEmpty() && !warnings().isEmpty());
            assertThat(warnings()).first().asString().contains("committed offsets cannot be read");
            cluster.group.offsetsRefusal = null;
            await().atMost(Duration.ofSeconds(30)).until(() -> hasty.poll(SHORT).count() == 10);
        }
    }

    @Test
    void committedOffsetsThatAreRefusedForGoodAreThrownUntilTheyAreNot() {
        cluster.plant(0, RecordBatch.wrap(batch()));
        cluster.group.offsetsRefusal = ErrorReason.ERROR_REASON_INVALID_REQUEST;
        Mode.GROUP.begin(consumer);
        assertThatThrownBy(() -> {
                    while (true) {
                        consumer.poll(SHORT);
                    }
                })
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_REQUEST));
        cluster.group.offsetsRefusal = null;
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(MillraceException.class)
                .until(() -> consumer.poll(SHORT).count() == 10);
    }

    @Test
    void aConsumerThatIsClosedBeforeItHasFoundAnybodySaysNothingMore() {
        cluster.down(true);
        Mode.FROM_OFFSET.begin(consumer);
        consumer.close();
        assertThat(warnings()).hasSizeLessThanOrEqualTo(1).noneMatch(line -> line.contains("closed"));
    }

    private List<String> warnings() {
        return log.lines(Level.WARN);
    }

    private static ByteBuffer batch() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        for (int i = 1; i <= 10; i++) {
            builder.append(1_000L * i, null, ByteBuffer.allocate(1), List.of());
        }
        return builder.build();
    }
}
