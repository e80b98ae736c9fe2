package io.millrace.lab.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in front of one port of one place on loopback, and passes on what flows as the {@link LinkMap} lets it, each
 * direction by itself. Connections are accepted even where nothing flows: as with a network that is cut, nobody is refused.
 */
public final class LinkProxy implements AutoCloseable {
    private static final int PIECE_BYTES = 64 << 10;

    private final String place;
    private final int port;
    private final Peers peers;
    private final LinkMap links;
    private final ServerSocket listener;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Listens on a free port for the one at {@code port}, which belongs to {@code place}. */
    public static LinkProxy open(String place, int port, Peers peers, LinkMap links) throws IOException {
        LinkProxy proxy = new LinkProxy(place, port, peers, links);
        proxy.spawn("mill-link-" + port, proxy::accept);
        return proxy;
    }

    private LinkProxy(String place, int port, Peers peers, LinkMap links) throws IOException {
        this.place = place;
        this.port = port;
        this.peers = peers;
        this.links = links;
        this.listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Where to connect instead. */
    public int listenPort() {
        return listener.getLocalPort();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void spawn(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the two ends is gone, or this proxy is: the connection ends, which is all there is to
                        // do.
                        return;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            sockets.add(near);
            spawn("mill-conn-" + port, () -> connect(near));
        }
    }

    private void connect(Socket near) throws IOException {
        Socket far = new Socket();
        sockets.add(far);
        try {
            String source = peers.at(near.getPort());
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            spawn("mill-to-" + port, () -> pump(near, far, links.from(source, place)));
            spawn("mill-from-" + port, () -> pump(far, near, links.from(place, source)));
        } catch (IOException e) {
            end(near, far);
            throw e;
        }
    }

    private void pump(Socket from, Socket to, Direction direction) throws IOException, InterruptedException {
        try {
            byte[] piece = new byte[PIECE_BYTES];
            for (int length = from.getInputStream().read(piece);
                    length >= 0;
                    length = from.getInputStream().read(piece)) {
                direction.pass();
                to.getOutputStream().write(piece, 0, length);
            }
            direction.pass();
            to.shutdownOutput();
        } catch (SocketException e) {
            // Reset: the other end hears of it when the network lets it.
            direction.pass();
            end(from, to);
            throw e;
        } finally {
            if (from.isInputShutdown() || to.isClosed()) {
                end(from, to);
            }
        }
    }

    private void end(Socket near, Socket far) throws IOException {
        sockets.remove(near);
        sockets.remove(far);
        near.close();
        far.close();
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.forEach(Thread::interrupt);
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
