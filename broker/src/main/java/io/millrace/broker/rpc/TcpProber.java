package io.millrace.broker.rpc;

import io.millrace.broker.core.controller.ProbeResult;
import io.millrace.broker.liveness.Prober;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes by a plain TCP connect, so that the answer is the other machine's and not a process's. Blocks threads of its own
 * rather than Netty's, since the name of the host may have to be looked up.
 */
public final class TcpProber implements Prober {

    private static final Logger LOG = LoggerFactory.getLogger(TcpProber.class);
    private static final int TIMEOUT_MS = 500;

    private final Executor threads;

    /** @param threads as many probes are under way at the same time */
    public TcpProber(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void probe(String endpoint, Consumer<ProbeResult> result) {
        threads.execute(() -> result.accept(connect(endpoint)));
    }

    private static ProbeResult connect(String endpoint) {
        try (Socket socket = new Socket()) {
            // The kernel gives up on a silent host later than this, so that its giving up is never taken for a refusal.
            socket.connect(address(endpoint), TIMEOUT_MS);
            // A port that nobody listens on, within the range of outgoing ports, can be connected to itself.
            return socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())
                    ? ProbeResult.REFUSED
                    : ProbeResult.ANSWERED;
        } catch (ConnectException refused) {
            return ProbeResult.REFUSED;
        } catch (IOException | IllegalArgumentException unreachable) {
            LOG.info("No answer from {}: {}", endpoint, unreachable.toString());
            return ProbeResult.NO_ANSWER;
        }
    }

    private static InetSocketAddress address(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, Math.max(colon, 0));
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        return new InetSocketAddress(
                isBracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(endpoint.substring(colon + 1)));
    }
}
