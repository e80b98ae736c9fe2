package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.controller.ProbeResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpProberTest {

    @Test
    void whereSomebodyListensTheAnswerComesWithoutHisDoing() throws IOException {
        try (ServerSocket neverAccepts = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(probe("127.0.0.1:" + neverAccepts.getLocalPort())).isEqualTo(ProbeResult.ANSWERED);
        }
    }

    @Test
    void whereNobodyListensTheMachineRefuses() throws IOException {
        // Held, so that nobody else is given the port meanwhile.
        try (Socket boundOnly = new Socket()) {
            boundOnly.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = boundOnly.getLocalPort();

            assertThat(probe("127.0.0.1:" + port)).isEqualTo(ProbeResult.REFUSED);
            assertThat(probe("[::ffff:127.0.0.1]:" + port)).isEqualTo(ProbeResult.REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-port", "127.0.0.1:99999", "host.invalid:1", ":1:2:3"})
    void anAddressThatLeadsNowhereProvesNothing(String endpoint) {
        assertThat(probe(endpoint)).isEqualTo(ProbeResult.NO_ANSWER);
    }

    private static ProbeResult probe(String endpoint) {
        List<ProbeResult> results = new ArrayList<>();
        new TcpProber(Runnable::run).probe(endpoint, results::add);
        assertThat(results).hasSize(1);
        return results.get(0);
    }
}
