package io.millrace.lab.link;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What a client says first to an HTTP proxy that is to pass on its bytes, {@code CONNECT host:port}, and the answers. */
final class ConnectRequest {
    private static final int MAX_HEAD_BYTES = 8 << 10;
    private static final int WAIT_MS = 5_000;
    private static final String BLANK_LINE = "\r\n\r\n";

    private ConnectRequest() {}

    /**
     * Takes the request from a connection, and nothing that follows it. Fails where it is none, is longer than 8 KiB, or does
     * not come within five seconds after its last byte.
     */
    static void read(Socket near) throws IOException {
        near.setSoTimeout(WAIT_MS);
        String head = head(near.getInputStream());
        near.setSoTimeout(0);
        if (!head.startsWith("CONNECT ")) {
            answer(near, "405 Method Not Allowed");
            throw new IOException("not a CONNECT: " + head.lines().findFirst().orElse(""));
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!isWhole(head)) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the request ended early");
            }
            if (head.length() == MAX_HEAD_BYTES) {
                throw new IOException("the request is longer than " + MAX_HEAD_BYTES + " bytes");
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static boolean isWhole(StringBuilder head) {
        int at = head.length() - BLANK_LINE.length();
        return at >= 0 && head.indexOf(BLANK_LINE, at) == at;
    }

    /** From now on the connection is the client's own. */
    static void grant(Socket near) throws IOException {
        answer(near, "200 OK");
    }

    /** Nobody is there to pass on to. */
    static void deny(Socket near) throws IOException {
        answer(near, "502 Bad Gateway");
    }

    private static void answer(Socket near, String status) throws IOException {
        near.getOutputStream().write(("HTTP/1.1 " + status + BLANK_LINE).getBytes(StandardCharsets.US_ASCII));
    }
}
