package io.millrace.broker.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A connection for frames that no library would write. It reads all that comes back, or nothing at all. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private final Socket socket;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    /** The last headers of each stream, which are its trailers where it has any. */
    final Map<Integer, Http2Headers> answers = new ConcurrentHashMap<>();

    final Set<Integer> resets = ConcurrentHashMap.newKeySet();
    volatile boolean isClosed;

    /** @param settings payload of the first frame */
    RawHttp2(int port, boolean reads, byte... settings) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            if (reads) {
                new Thread(this::readAll).start();
            }
            ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
            preface.readBytes(out, preface.readableBytes());
            frame(SETTINGS, 0, 0, settings);
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** False once the connection is over. */
    boolean frame(int type, int flags, int stream, byte... payload) {
        ByteBuf header = Unpooled.buffer(Http2CodecUtil.FRAME_HEADER_LENGTH);
        Http2CodecUtil.writeFrameHeader(header, payload.length, (byte) type, new Http2Flags((short) flags), stream);
        try {
            header.readBytes(out, header.readableBytes());
            out.write(payload);
            return !isClosed;
        } catch (IOException over) {
            isClosed = true;
            return false;
        }
    }

    boolean flush() {
        try {
            out.flush();
            return !isClosed;
        } catch (IOException over) {
            isClosed = true;
            return false;
        }
    }

    /** Whether the other side has ended the connection; for one that reads nothing. */
    boolean isCutOff() {
        return !frame(PING, 0, 0, new byte[8]) || !flush();
    }

    /** The headers of a call as a client of gRPC sends them. */
    static Http2Headers call(String path) {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("http")
                .path(path)
                .authority("127.0.0.1")
                .set("content-type", "application/grpc")
                .set("te", "trailers");
    }

    byte[] block(int stream, Http2Headers headers) {
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    private void readAll() {
        try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int stream = in.readInt() & Integer.MAX_VALUE;
                byte[] payload = in.readNBytes(length);
                if (type == HEADERS) {
                    answers.put(stream, decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload)));
                } else if (type == RST_STREAM) {
                    resets.add(stream);
                }
            }
        } catch (IOException | Http2Exception over) {
            isClosed = true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
