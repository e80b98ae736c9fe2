package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.millrace.proto.v1.GetServerInfoRequest;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are made to harm: the connection that sends them ends, and everybody else is answered meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class Http2AbuseTest {

    private static final String PRODUCE = "/millrace.v1.ProducerService/Produce";
    private static final String INFO = "/millrace.v1.MetadataService/GetServerInfo";
    private static final byte[] CANCEL = {0, 0, 0, 8};
    private static final Duration SOON = Duration.ofSeconds(10);

    private WholeBroker broker;
    private MetadataServiceGrpc.MetadataServiceBlockingStub neighbour;
    private String before = "";

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = new WholeBroker(directory);
        neighbour = MetadataServiceGrpc.newBlockingStub(broker.client());
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @BeforeEach
    void look() {
        before = broker.logDigest();
    }

    @AfterEach
    void theNeighbourIsAnswered() {
        assertNeighbourIsAnswered();
        broker.assertServes(before);
    }

    private void assertNeighbourIsAnswered() {
        var unused = neighbour
                .withDeadlineAfter(SOON.toSeconds(), TimeUnit.SECONDS)
                .getServerInfo(GetServerInfoRequest.getDefaultInstance());
    }

    @Test
    void aConnectionThatResetsItsCallsAsFastAsItCanIsEnded() {
        try (RawHttp2 raw = new RawHttp2(broker.port(), true)) {
            for (int i = 0; i < 1000 && !raw.isClosed; i++) {
                int stream = 2 * i + 1;
                raw.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, raw.block(stream, RawHttp2.call(PRODUCE)));
                raw.frame(RawHttp2.RST_STREAM, 0, stream, CANCEL);
            }
            raw.flush();
            assertNeighbourIsAnswered();

            await().atMost(SOON).until(() -> raw.isClosed);
        }
    }

    /** Each is answered by a reset of the broker's own, which it must count like the other's. */
    @Test
    void aConnectionThatMakesTheBrokerResetItsCallsIsEnded() {
        try (RawHttp2 raw = new RawHttp2(broker.port(), true)) {
            for (int i = 0; i < 1000 && !raw.isClosed; i++) {
                int stream = 2 * i + 1;
                raw.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, raw.block(stream, RawHttp2.call(PRODUCE)));
                // A window that grows by nothing is an error of its stream.
                raw.frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]);
            }
            raw.flush();

            await().atMost(SOON).until(() -> raw.isClosed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFloodOfPingsEndsTheConnection(boolean reads) {
        try (RawHttp2 raw = new RawHttp2(broker.port(), reads)) {
            for (int i = 0; i < 50_000 && raw.frame(RawHttp2.PING, 0, 0, new byte[8]); i++) {}
            raw.flush();

            await().atMost(SOON).until(() -> raw.isClosed || raw.isCutOff());
        }
    }

    @Test
    void aFloodOfSettingsWhoseAnswersNobodyReadsEndsTheConnection() {
        try (RawHttp2 raw = new RawHttp2(broker.port(), false)) {
            boolean goesOn = true;
            // As many acknowledgements as fill the buffers of both sockets, and then those that may wait.
            for (int i = 0; i < 2_000_000 && goesOn; i++) {
                goesOn = raw.frame(RawHttp2.SETTINGS, 0, 0);
            }

            assertThat(goesOn).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_000})
    void headersThatDoNotEndEndTheConnection(int fragmentBytes) {
        try (RawHttp2 raw = new RawHttp2(broker.port(), true)) {
            raw.frame(RawHttp2.HEADERS, 0, 1, raw.block(1, RawHttp2.call(PRODUCE)));
            byte[] fragment = new byte[fragmentBytes];
            for (int i = 0; i < 50_000 && raw.frame(RawHttp2.CONTINUATION, 0, 1, fragment); i++) {}
            raw.flush();

            await().atMost(SOON).until(() -> raw.isClosed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//millrace.v1.MetadataService/GetServerInfo",
                "millrace.v1.MetadataService/GetServerInfo",
                "/millrace.v1.MetadataService/GetServerInfo/",
                "/millrace.v1.MetadataService/GetServerInfo?x",
                "/millrace.v1.MetadataService/getServerInfo",
                "/millrace.v1.MetadataService/%47etServerInfo",
                "/millrace%2ev1.MetadataService/GetServerInfo",
                "/millrace.v1.MetadataService/../MetadataService/GetServerInfo",
                "/millrace.internal.v1.ControllerService/ProposeIsr",
                "/",
                "*"
            })
    void aPathThatIsNotExactlyThatOfAMethodReachesNone(String path) {
        assertThat(answer(RawHttp2.call(path)).get("grpc-status")).hasToString("12");
    }

    @Test
    void theExactPathReachesItsMethod() {
        assertThat(answer(RawHttp2.call(INFO)).get("grpc-status")).hasToString("0");
    }

    @Test
    void whatIsNoCallOfGrpcIsRefused() {
        assertThat(answer(RawHttp2.call(INFO).set("content-type", "application/json"))
                        .status())
                .hasToString("415");
        assertThat(answer(RawHttp2.call(INFO).method("GET")).status()).hasToString("405");
    }

    @Test
    void headersBeyondEightKibibytesAreRefused() {
        Metadata large = new Metadata();
        large.put(Metadata.Key.of("x-large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(9 * 1024));
        var caller = neighbour.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large));

        assertThatThrownBy(() -> caller.getServerInfo(GetServerInfoRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class);
    }

    /** What a call without a body gets, on a connection of its own. */
    private Http2Headers answer(Http2Headers headers) {
        try (RawHttp2 raw = new RawHttp2(broker.port(), true)) {
            raw.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, raw.block(1, headers));
            byte[] emptyMessage = ByteBuffer.allocate(5).array();
            raw.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, emptyMessage);
            raw.flush();
            await().atMost(SOON).until(() -> raw.isClosed || isWhole(raw.answers.get(1)));
            return Objects.requireNonNull(raw.answers.get(1), "no answer came");
        }
    }

    private static boolean isWhole(@Nullable Http2Headers answer) {
        return answer != null && (answer.contains("grpc-status") || !"200".contentEquals(answer.status()));
    }
}
