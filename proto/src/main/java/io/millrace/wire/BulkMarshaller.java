package io.millrace.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a message with one copy of its bytes: from the transport into an array of this message alone, of which its {@code
 * bytes} fields are windows. protobuf's own marshaller copies into a shared array first, and each field out of that.
 *
 * <p>So whoever got the message may take the batch over and write to it ({@link WireBytes#owned}); and as long as one such
 * field is kept, the array of the whole message is.
 *
 * <p>Fields that nobody here knows are passed over: a few bytes of them would take hundreds in memory.
 */
final class BulkMarshaller<T extends Message> implements PrototypeMarshaller<T> {

    private final T prototype;
    private final PrototypeMarshaller<T> plain;
    private final Parser<? extends Message> parser;

    BulkMarshaller(T prototype) {
        this.prototype = prototype;
        this.plain = (PrototypeMarshaller<T>) ProtoUtils.marshaller(prototype);
        this.parser = DiscardUnknownFieldsParser.wrap(prototype.getParserForType());
    }

    @Override
    public Class<T> getMessageClass() {
        return plain.getMessageClass();
    }

    @Override
    public T getMessagePrototype() {
        return prototype;
    }

    @Override
    public InputStream stream(T message) {
        return plain.stream(message);
    }

    /** Fails as protobuf's own marshaller does. */
    @Override
    @SuppressWarnings("unchecked") // a parser of the prototype makes what the prototype is
    public T parse(InputStream stream) {
        try {
            CodedInputStream input =
                    UnsafeByteOperations.unsafeWrap(bytes(stream)).newCodedInput();
            input.enableAliasing(true);
            T message = (T) parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException malformed) {
            throw Status.INTERNAL
                    .withDescription("Invalid protobuf byte sequence")
                    .withCause(malformed)
                    .asRuntimeException();
        } catch (IOException broken) {
            throw Status.INTERNAL
                    .withDescription("the message could not be read")
                    .withCause(broken)
                    .asRuntimeException();
        }
    }

    /** What is there is known beforehand, so nothing is read twice over. */
    private static byte[] bytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        // The other readNBytes reads in pieces and joins them.
        byte[] bytes = new byte[stream.available()];
        int read = stream.readNBytes(bytes, 0, bytes.length);
        if (read < bytes.length) {
            throw new EOFException(read + " of " + bytes.length + " bytes");
        }
        return bytes;
    }
}
