package io.millrace.lab.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands on loopback in front of one port of one place, and passes on what flows as the {@link LinkMap} lets it, each
 * direction by itself. Connections are accepted even where nothing flows: as with a network that is cut, nobody is refused.
 */
public final class LinkProxy implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 3_000;

    private final String place;
    private final int port;
    private final Onward onward;
    private final Peers peers;
    private final LinkMap links;
    private final ServerSocket listener;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Listens on a free port for the one at {@code port}, which belongs to {@code place}. */
    public static LinkProxy open(String place, int port, Peers peers, LinkMap links) throws IOException {
        return start(
                new LinkProxy(place, port, near -> new Socket(InetAddress.getLoopbackAddress(), port), peers, links));
    }

    /**
     * Listens on a free port for clients that ask an HTTP proxy for a tunnel. Wherever they ask to go, it is to
     * {@code endpoint}, which belongs to {@code place} and may be on another machine; all of them are
     * {@link LinkMap#ELSEWHERE}.
     */
    static LinkProxy tunnel(String place, Endpoint endpoint, LinkMap links) throws IOException {
        return start(new LinkProxy(
                place, endpoint.port(), near -> tunnelled(near, endpoint), port -> LinkMap.ELSEWHERE, links));
    }

    private static Socket tunnelled(Socket near, Endpoint endpoint) throws IOException {
        ConnectRequest.read(near);
        Socket far;
        try {
            far = endpoint.connect(CONNECT_TIMEOUT_MS);
        } catch (IOException e) {
            ConnectRequest.deny(near);
            throw e;
        }
        try {
            ConnectRequest.grant(near);
            return far;
        } catch (IOException e) {
            far.close();
            throw e;
        }
    }

    private static LinkProxy start(LinkProxy proxy) {
        proxy.spawn("mill-link-" + proxy.port, proxy::accept);
        return proxy;
    }

    private LinkProxy(String place, int port, Onward onward, Peers peers, LinkMap links) throws IOException {
        this.place = place;
        this.port = port;
        this.onward = onward;
        this.peers = peers;
        this.links = links;
        this.listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Where to connect instead. */
    public int listenPort() {
        return listener.getLocalPort();
    }

    /** Opens the connection that follows from one that was accepted. */
    private interface Onward {
        Socket open(Socket near) throws IOException;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private Thread spawn(String name, Work work) {
        Thread thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            // One of the two ends is gone, or this proxy is: the connection ends, which is all there is to do.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            spawn("mill-to-" + port, () -> pass(near));
        }
    }

    /** Whatever goes wrong with one connection ends it: who opened it must not wait for an answer that cannot come. */
    private void pass(Socket near) throws IOException, InterruptedException {
        try (near;
                Socket far = onward.open(near)) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Link link = new Link(peers.at(near.getPort()), place, near, far, links);
            links.add(link);
            try {
                Thread back = spawn("mill-from-" + port, link::pumpBack);
                link.pumpThere();
                back.join();
            } finally {
                links.remove(link);
            }
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        // Those that read wait for a socket, the others for a network that is cut.
        links.end(place);
        threads.forEach(Thread::interrupt);
    }
}
