package io.millrace.lab.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.client.MillraceClient;
import io.millrace.lab.FakeBroker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ClientLinksTest {
    private static final String PLACE = "broker-1";

    private final ProxySelector before = ProxySelector.getDefault();
    private final LinkMap links = new LinkMap();
    private FakeBroker broker;
    private Endpoint endpoint;
    private Endpoint alias;
    private ClientLinks clientLinks;

    @BeforeEach
    void open() throws IOException {
        broker = new FakeBroker("t", 1);
        endpoint = Endpoint.parse(broker.address());
        alias = new Endpoint("localhost", endpoint.port());
        Endpoint stranger = new Endpoint("localhost", endpoint.port() == 1 ? 2 : 1);
        clientLinks = ClientLinks.open(Map.of(PLACE, endpoint), List.of(alias, stranger), links);
    }

    @AfterEach
    void close() throws IOException {
        clientLinks.close();
        broker.close();
    }

    @Test
    void whatAClientSendsWaitsForItsLinkByWhicheverNameItCalls() throws Exception {
        for (Endpoint name : List.of(endpoint, alias)) {
            requireToWait(name, links.from(LinkMap.ELSEWHERE, PLACE));
        }
    }

    @Test
    void whatAClientIsSentWaitsForItsOwnDirection() throws Exception {
        requireToWait(endpoint, links.from(PLACE, LinkMap.ELSEWHERE));
    }

    /** A client that calls {@code name} is answered when {@code direction} flows again, and not before. */
    private static void requireToWait(Endpoint name, Direction direction) throws Exception {
        direction.stall();
        try (MillraceClient client = client(name)) {
            CompletableFuture<Integer> brokers =
                    CompletableFuture.supplyAsync(() -> client.metadata().getBrokersCount());
            await().until(() -> direction.held() > 0);
            assertThat(brokers).isNotDone();
            direction.flow();
            assertThat(brokers.get(30, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void aClientOutlivesTheResetOfItsConnections() throws Exception {
        try (MillraceClient client = client(endpoint)) {
            assertThat(client.metadata().getBrokersCount()).isEqualTo(2);
            links.forget(PLACE);
            await().until(() -> links.open() == 0);
            assertThat(client.metadata().getBrokersCount()).isEqualTo(2);
            assertThat(links.open()).isEqualTo(1);
        }
    }

    @Test
    void afterwardsNewClientsGoStraightAndNobodyListens() throws Exception {
        InetSocketAddress proxy = proxy();
        try (MillraceClient client = client(endpoint)) {
            client.metadata();
            assertThat(links.open()).isEqualTo(1);
            clientLinks.close();
            await().until(() -> links.open() == 0);
        }
        assertThat(ProxySelector.getDefault()).isSameAs(before);
        try (MillraceClient client = client(endpoint)) {
            assertThat(client.metadata().getBrokersCount()).isEqualTo(2);
        }
        assertThat(links.open()).isZero();
        assertThatThrownBy(() -> new Socket(proxy.getAddress(), proxy.getPort()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void aSelectorThatCameLaterStays() throws IOException {
        ProxySelector later = ProxySelector.of(null);
        ProxySelector.setDefault(later);
        try {
            clientLinks.close();
            assertThat(ProxySelector.getDefault()).isSameAs(later);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void onlyTunnelsToThePlaceAreLedAway() {
        ProxySelector now = ProxySelector.getDefault();
        for (String other : List.of(
                "socket://" + broker.address(), "http://" + broker.address(), "https://localhost:1", "https://other")) {
            assertThat(now.select(URI.create(other)))
                    .as(other)
                    .isEqualTo(before.select(URI.create(other)))
                    .doesNotContain(new Proxy(Proxy.Type.HTTP, proxy()));
        }
    }

    @Test
    void whoAsksForAnythingButATunnelIsTurnedAway() throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(answer("CONNECT a:1 HTTP/1.1\r\n" + "x".repeat(20_000))).isEmpty();
        assertThat(links.open()).isZero();
    }

    @Test
    void whereNobodyListensAnyMoreTheClientIsToldSo() throws IOException {
        Endpoint gone;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = new Endpoint("127.0.0.1", closed.getLocalPort());
        }
        clientLinks.close();
        clientLinks = ClientLinks.open(Map.of(PLACE, gone), List.of(), links);
        endpoint = gone;
        assertThat(answer("CONNECT a:1 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void anAddressIsReadAsBrokersWriteIt() {
        assertThat(Endpoint.parse("[::1]:7171")).isEqualTo(new Endpoint("::1", 7171));
        assertThat(Endpoint.parse("Broker-1.example.org:1")).isEqualTo(new Endpoint("broker-1.example.org", 1));
        assertThatThrownBy(() -> Endpoint.parse("host")).isInstanceOf(IllegalArgumentException.class);
    }

    private static MillraceClient client(Endpoint name) {
        return MillraceClient.of(name.host() + ":" + name.port());
    }

    private InetSocketAddress proxy() {
        return (InetSocketAddress) ProxySelector.getDefault()
                .select(URI.create("https://" + endpoint.host() + ":" + endpoint.port()))
                .get(0)
                .address();
    }

    /** All that is answered until the connection ends; nothing where it is reset. */
    private String answer(String request) throws IOException {
        InetSocketAddress proxy = proxy();
        try (Socket socket = new Socket(proxy.getAddress(), proxy.getPort())) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                return "";
            }
        }
    }
}
