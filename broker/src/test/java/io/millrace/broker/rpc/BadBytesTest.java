package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProducerServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are no request, or one that is made to cost: a typed answer, no line in the log, and the broker serves on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadBytesTest {

    private WholeBroker broker;
    private ManagedChannel channel;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = new WholeBroker(directory);
        channel = broker.client();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private record Case(String what, ByteString bytes) {
        @Override
        public String toString() {
            return what;
        }
    }

    @ParameterizedTest
    @MethodSource("noMessages")
    void bytesThatAreNoMessageAreAnsweredWithInvalidRequestOnEveryKindOfCall(Case bad) {
        String before = broker.logDigest();
        try (LogWatch log = new LogWatch()) {
            for (MethodDescriptor<?, ?> method : List.of(
                    ProducerServiceGrpc.getProduceMethod(),
                    ConsumerServiceGrpc.getFetchMethod(),
                    MetadataServiceGrpc.getGetMetadataMethod(),
                    MetadataServiceGrpc.getWatchMetadataMethod(),
                    ProducerServiceGrpc.getProduceStreamMethod(),
                    ConsumerServiceGrpc.getFetchStreamMethod())) {
                Errors errors = Errors.of(() -> call(method, bad.bytes().toByteArray()));

                assertThat(errors.detail().getReason())
                        .as(method.getFullMethodName())
                        .hasToString("ERROR_REASON_INVALID_REQUEST");
            }
            broker.assertServes(before);
            assertThat(log.lines()).isEmpty();
        }
    }

    static List<Case> noMessages() {
        byte[] random = new byte[1000];
        new Random(1).nextBytes(random);
        byte[] deep = new byte[2 * 10_000];
        for (int i = 0; i < deep.length; i += 2) {
            // Field 16 of an unknown group begins, and none ends.
            deep[i] = (byte) 0x83;
            deep[i + 1] = 1;
        }
        return List.of(
                bad("truncated", (byte) 0x0a, (byte) 0x7f, (byte) 1),
                bad("a length below zero", (byte) 0x0a, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0x0f),
                bad("a field without a number", (byte) 0, (byte) 0),
                bad("text that is not UTF-8", (byte) 0x0a, (byte) 4, (byte) 0x0a, (byte) 2, (byte) 0xc3, (byte) 0x28),
                bad("ten thousand groups in one another", deep),
                bad("at random", random));
    }

    private static Case bad(String what, byte... bytes) {
        return new Case(what, ByteString.copyFrom(bytes));
    }

    @Test
    void aMillionUnknownFieldsArePassedOver() throws Exception {
        String before = broker.logDigest();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int field = 1 << 20; field < (1 << 20) + 1_000_000; field++) {
            out.writeInt32(field, 1);
        }
        out.flush();

        assertThat(call(MetadataServiceGrpc.getGetMetadataMethod(), bytes.toByteArray()))
                .hasSize(1);
        broker.assertServes(before);
    }

    @Test
    void aMillionEmptyRecordsAreRefusedBeforeTheyAreEncoded() {
        String before = broker.logDigest();
        byte[] records = new byte[2_000_000];
        for (int i = 0; i < records.length; i += 2) {
            records[i] = 0x0a;
        }
        byte[] list = field(4, records);
        byte[] batch = joined(
                PartitionBatch.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setPartition(0)
                        .build()
                        .toByteArray(),
                list);
        Errors errors = Errors.of(() -> call(ProducerServiceGrpc.getProduceMethod(), field(1, batch)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_RECORD_TOO_LARGE");
        broker.assertServes(before);
    }

    @Test
    void aMessageThatUnpacksToMoreThanIsAllowedIsRefused() {
        String before = broker.logDigest();
        byte[] request = field(1, new byte[Clusters.LIMITS.maxMessageBytes()]);
        try (LogWatch log = new LogWatch()) {
            Errors errors = Errors.of(() -> ClientCalls.blockingUnaryCall(
                    channel,
                    raw(MetadataServiceGrpc.getGetMetadataMethod()).toBuilder()
                            .setType(MethodDescriptor.MethodType.UNARY)
                            .build(),
                    CallOptions.DEFAULT.withCompression("gzip"),
                    request));

            assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_INVALID_REQUEST");
            broker.assertServes(before);
            assertThat(log.lines()).isEmpty();
        }
    }

    private List<byte[]> call(MethodDescriptor<?, ?> method, byte[] request) {
        List<byte[]> answers = new ArrayList<>();
        ClientCalls.blockingServerStreamingCall(channel, raw(method), CallOptions.DEFAULT, request)
                .forEachRemaining(answers::add);
        return answers;
    }

    private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private static byte[] field(int number, byte[] value) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(number, value);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteString.copyFrom(first).concat(ByteString.copyFrom(second)).toByteArray();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
