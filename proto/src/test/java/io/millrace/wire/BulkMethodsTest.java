package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BulkMethodsTest {
    private static final MethodDescriptor<ProduceStreamRequest, ProduceStreamResponse> PLAIN =
            ProducerServiceGrpc.getProduceStreamMethod();

    private final MethodDescriptor<ProduceStreamRequest, ProduceStreamResponse> bulk = BulkMethods.of(PLAIN);

    private static ProduceStreamRequest request(String batch) {
        return ProduceStreamRequest.newBuilder()
                .setFrameId(7)
                .setBatch(PartitionBatch.newBuilder().setTopic("t").setBatch(ByteString.copyFromUtf8(batch)))
                .build();
    }

    @Test
    void bothSidesSpeakPlainProtobuf() throws IOException {
        ProduceStreamRequest request = request("a batch");
        byte[] sent = bulk.streamRequest(request).readAllBytes();

        assertThat(sent).isEqualTo(request.toByteArray());
        assertThat(PLAIN.parseRequest(new ByteArrayInputStream(sent))).isEqualTo(request);
        assertThat(bulk.parseRequest(new ByteArrayInputStream(sent))).isEqualTo(request);
        assertThat(bulk.parseRequest(bulk.streamRequest(request)))
                .as("where the length is known beforehand")
                .isEqualTo(request);
    }

    @Test
    void whatWasReceivedIsOneArrayAndItsReceiversOwn() {
        ProduceStreamRequest request = request("a batch");
        ProduceStreamRequest received = bulk.parseRequest(bulk.streamRequest(request));

        ByteBuffer owned = WireBytes.owned(received.getBatch().getBatch());

        owned.put(0, (byte) 'A');
        assertThat(received.getBatch().getBatch().toStringUtf8()).isEqualTo("A batch");
        assertThat(request.getBatch().getBatch().toStringUtf8()).isEqualTo("a batch");
    }

    @Test
    void aSmallBatchDoesNotKeepTheLargeMessageItCameIn() {
        ProduceStreamRequest request = request("a batch").toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(new byte[100_000]))
                                        .build())
                        .build())
                .build();
        ProduceStreamRequest received = bulk.parseRequest(bulk.streamRequest(request));

        ByteBuffer owned = WireBytes.owned(received.getBatch().getBatch());
        owned.put(0, (byte) 'A');

        assertThat(received.getBatch().getBatch().toStringUtf8())
                .as("not a window of it")
                .isEqualTo("a batch");
    }

    @Test
    void aTransportThatGivesLittleAtATimeIsReadToItsEnd() {
        ProduceStreamRequest request = request("x".repeat(100_000));

        assertThat(bulk.parseRequest(new Trickle(request.toByteArray()))).isEqualTo(request);
    }

    /** As gRPC's streams are: the length is known, and a read may give less. */
    private static final class Trickle extends FilterInputStream implements KnownLength {
        Trickle(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(length, 1000));
        }
    }

    @Test
    void whatIsNoMessageFailsAsItDoesElsewhere() {
        byte[] cut = request("a batch").toByteArray();
        InputStream stream = new ByteArrayInputStream(cut, 0, cut.length - 3);

        assertThatThrownBy(() -> bulk.parseRequest(stream))
                .satisfies(failure ->
                        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.INTERNAL));
    }

    @Test
    void aServiceKeepsItsMethodsAndItsSchema() {
        var plain = new ProducerServiceGrpc.ProducerServiceImplBase() {}.bindService();
        var bound = BulkMethods.of(plain);

        assertThat(bound.getServiceDescriptor().getName())
                .isEqualTo(plain.getServiceDescriptor().getName());
        assertThat(bound.getServiceDescriptor().getSchemaDescriptor())
                .isSameAs(plain.getServiceDescriptor().getSchemaDescriptor());
        assertThat(bound.getMethods())
                .extracting(method -> method.getMethodDescriptor().getFullMethodName())
                .containsExactlyInAnyOrderElementsOf(plain.getMethods().stream()
                        .map(method -> method.getMethodDescriptor().getFullMethodName())
                        .toList());
        assertThat(bound.getMethods())
                .allSatisfy(method -> assertThat(method.getMethodDescriptor().getRequestMarshaller())
                        .isInstanceOf(BulkMarshaller.class));
    }

    @Test
    void bytesOfABufferAreItsWindowAndNotACopy() {
        byte[] array = {0, 1, 2, 3, 4};
        ByteBuffer window = ByteBuffer.wrap(array, 1, 3);
        ByteString bytes = WireBytes.of(window);
        ByteString readOnly = WireBytes.of(window.asReadOnlyBuffer());

        assertThat(readOnly.toByteArray()).containsExactly(1, 2, 3);
        array[2] = 9;
        assertThat(bytes.toByteArray()).containsExactly(1, 9, 3);
        assertThat(window.position()).isEqualTo(1);
    }

    @Test
    void bytesInSeveralPiecesAreOwnedByACopy() {
        byte[] first = new byte[200];
        byte[] second = new byte[200];
        ByteString pieces = UnsafeByteOperations.unsafeWrap(first).concat(UnsafeByteOperations.unsafeWrap(second));

        ByteBuffer owned = WireBytes.owned(pieces);
        owned.put(0, (byte) 1).put(399, (byte) 1);

        assertThat(owned.remaining()).isEqualTo(400);
        assertThat(first[0] + second[199]).isZero();
    }
}
