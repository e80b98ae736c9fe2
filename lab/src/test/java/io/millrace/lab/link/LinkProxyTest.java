package io.millrace.lab.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LinkProxyTest {
    private final LinkMap links = new LinkMap();
    private ServerSocket server;
    private LinkProxy proxy;
    private Socket near;
    private Socket far;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = LinkProxy.open("b", server.getLocalPort(), port -> "a", links);
        near = new Socket(InetAddress.getLoopbackAddress(), proxy.listenPort());
        far = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        proxy.close();
        server.close();
    }

    @Test
    void whatIsSentArrivesBothWays() throws IOException {
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void aStalledDirectionHoldsWhatIsSentWhileTheOtherFlows() throws IOException {
        links.from("a", "b").stall();
        near.getOutputStream().write(1);
        await().until(() -> links.from("a", "b").held() == 1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
        assertThat(far.getInputStream().available()).isZero();
        links.from("a", "b").flow();
        assertThat(far.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void theDirectionBackIsOneOfItsOwn() throws IOException {
        links.from("b", "a").stall();
        far.getOutputStream().write(2);
        await().until(() -> links.from("b", "a").held() == 1);
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        assertThat(near.getInputStream().available()).isZero();
    }

    @Test
    void aSlowDirectionDeliversInOrderAndIsFastAgainOnceItFlows() throws IOException {
        links.from("a", "b").delay(3_600_000);
        near.getOutputStream().write(new byte[] {1, 2});
        await().until(() -> links.from("a", "b").held() == 1);
        assertThat(far.getInputStream().available()).isZero();
        links.from("a", "b").flow();
        assertThat(far.getInputStream().readNBytes(2)).containsExactly(1, 2);
    }

    @Test
    void anEndIsPassedOn() throws IOException {
        near.shutdownOutput();
        assertThat(far.getInputStream().read()).isEqualTo(-1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void aConnectionThatBothEndsHaveClosedTakesNothingAnyMore() throws IOException {
        await().until(() -> links.open() == 1);
        far.close();
        assertThat(near.getInputStream().read()).isEqualTo(-1);
        near.close();
        await().until(() -> links.open() == 0);
    }

    @Test
    void anEndThatIsLostWhileNothingFlowsIsHeardOfOnceItFlows() throws IOException {
        links.from("a", "b").stall();
        near.getOutputStream().write(1);
        await().until(() -> links.from("a", "b").held() == 1);
        near.close();
        far.setSoTimeout(50);
        assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        far.setSoTimeout(0);
        links.from("a", "b").flow();
        assertThat(far.getInputStream().read()).isEqualTo(1);
        assertThat(far.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aPlaceThatForgetsItsConnectionsHearsOfThatAtOnceAndTheOtherEndOnceItFlows() throws IOException {
        await().until(() -> links.open() == 1);
        links.from("a", "b").stall();
        links.from("b", "a").stall();
        links.forget("b");
        assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
        near.setSoTimeout(50);
        assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        near.setSoTimeout(0);
        links.from("a", "b").flow();
        links.from("b", "a").flow();
        assertThat(near.getInputStream().read()).isEqualTo(-1);
        await().until(() -> links.open() == 0);
    }

    @Test
    void aConnectionOfWhichNobodyCanTellWhoseItIsEndsAndTheNextOneIsTaken() throws IOException {
        AtomicBoolean isUnknown = new AtomicBoolean(true);
        Peers peers = port -> {
            if (isUnknown.getAndSet(false)) {
                throw new IOException("gone");
            }
            return "a";
        };
        try (LinkProxy other = LinkProxy.open("b", server.getLocalPort(), peers, links);
                Socket first = new Socket(InetAddress.getLoopbackAddress(), other.listenPort())) {
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            server.accept().close();
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), other.listenPort());
                    Socket taken = server.accept()) {
                second.getOutputStream().write(3);
                assertThat(taken.getInputStream().read()).isEqualTo(3);
            }
        }
    }

    @Test
    void aConnectionIsThatOfTheProcessThatOpenedIt() throws IOException {
        assumeTrue(ProcessPeers.isPossible());
        long self = ProcessHandle.current().pid();
        try (Socket direct = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            assertThat(new ProcessPeers(() -> Map.of("me", self)).at(direct.getLocalPort()))
                    .isEqualTo("me");
            assertThat(new ProcessPeers(Map::of).at(direct.getLocalPort())).isEqualTo(LinkMap.ELSEWHERE);
        }
    }
}
