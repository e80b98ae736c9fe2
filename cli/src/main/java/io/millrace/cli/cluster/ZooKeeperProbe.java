package io.millrace.cli.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a ZooKeeper server whether it serves, with its four-letter word {@code srvr}. */
final class ZooKeeperProbe {
    private static final int TIMEOUT_MS = 1000;

    private ZooKeeperProbe() {}

    /** Empty when it serves; a member that has not found the others answers, and does not serve. */
    static Optional<String> whyNotReady(int clientPort) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.contains("Mode:") ? Optional.empty() : Optional.of("answers, but does not serve yet");
        } catch (IOException e) {
            return Optional.of("does not answer on port " + clientPort);
        }
    }
}
