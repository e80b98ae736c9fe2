package io.millrace.lab.link;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/** One connection through a proxy: two sockets, and what flows between them either way. Safe for threads. */
final class Link {
    private static final int PIECE_BYTES = 64 << 10;

    private final String source;
    private final String target;
    private final Socket near;
    private final Socket far;
    private final LinkMap links;

    /** @param near the socket of the source, which opened the connection; {@code far} is that of the target */
    Link(String source, String target, Socket near, Socket far, LinkMap links) {
        this.source = source;
        this.target = target;
        this.near = near;
        this.far = far;
        this.links = links;
    }

    boolean isOf(String place) {
        return place.equals(source) || place.equals(target);
    }

    boolean isTo(String place) {
        return place.equals(target);
    }

    /** Passes on what the source sends, until there is no more. */
    void pumpThere() throws IOException, InterruptedException {
        pump(near, far, links.from(source, target));
    }

    /** Passes on what the target sends, until there is no more. */
    void pumpBack() throws IOException, InterruptedException {
        pump(far, near, links.from(/* source= */ target, /* target= */ source));
    }

    private void pump(Socket from, Socket to, Direction direction) throws IOException, InterruptedException {
        try {
            copy(from, to, direction);
            to.shutdownOutput();
        } catch (SocketException e) {
            // Reset: the other end hears of it when the network lets it.
            direction.pass();
            end();
        }
    }

    private static void copy(Socket from, Socket to, Direction direction) throws IOException, InterruptedException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int length = from.getInputStream().read(piece);
                length >= 0;
                length = from.getInputStream().read(piece)) {
            direction.pass();
            to.getOutputStream().write(piece, 0, length);
        }
        direction.pass();
    }

    /** Resets the end of this place; the other one hears of it when the network lets it. */
    void forget(String place) throws IOException {
        Socket end = place.equals(source) ? near : far;
        // What is closed so sends a reset.
        end.setSoLinger(true, 0);
        end.close();
    }

    /** Closes both ends. */
    void end() throws IOException {
        near.close();
        far.close();
    }
}
