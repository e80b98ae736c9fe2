package io.millrace.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Addresses that refuse connections. Each is held until the end, so that nobody else is given its port meanwhile. */
final class RefusingAddresses implements AutoCloseable {
    private final List<Socket> held = new ArrayList<>();

    /** One more, as {@code host:port}. */
    String next() {
        try {
            // Bound and not listening: the machine answers for it that nobody is there.
            Socket socket = new Socket();
            held.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }
}
