package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.delete;
import static io.millrace.coordinator.Contract.eventually;
import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static io.millrace.coordinator.Contract.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.RegistrationRefusedException.Reason;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registration of brokers. */
interface RegistryContract extends Contract {

    @Test
    default void theFirstBrokerMakesTheClusterAndTheOthersMatchIt() {
        Coordinator client = connect();

        Registration first = get(registry(client).register(identity(1, null, "proposed-1")));
        Registration second = get(registry(client).register(identity(2, null, "proposed-2")));
        Registration third = get(registry(client).register(identity(3, "proposed-1", "proposed-3")));

        assertThat(List.of(first, second, third))
                .containsExactly(
                        new Registration(1, 1, "proposed-1"),
                        new Registration(2, 1, "proposed-1"),
                        new Registration(3, 1, "proposed-1"));
        assertThat(get(client.children("/"))).contains("brokers", "cluster", "controller", "groups", "topics");
    }

    @Test
    default void brokersThatStartAtOnceAgreeOnOneCluster() {
        List<CompletableFuture<Registration>> registrations = java.util.stream.IntStream.range(1, 6)
                .mapToObj(id -> registry(connect())
                        .register(identity(id, null, "proposed-" + id))
                        .toCompletableFuture())
                .toList();

        assertThat(registrations.stream()
                        .map(Contract::get)
                        .map(Registration::clusterId)
                        .distinct())
                .hasSize(1);
    }

    @Test
    default void eachProcessStartHasAHigherBrokerEpoch() {
        Coordinator client = connect();
        for (long epoch = 1; epoch <= 3; epoch++) {
            assertThat(get(registry(client).register(identity(1, null, "c"))).brokerEpoch())
                    .isEqualTo(epoch);
        }
        Node node = read(client, "/brokers/1").orElseThrow();
        assertThat(NodeCodec.decode("/brokers/1", node.data(), BrokerNode.class))
                .isEqualTo(new BrokerNode(3, List.of("dir-1"), "boot-1", 1, 1));
    }

    @Test
    default void n13_aStartOnAnotherDiskProvesNothingOfTheOnesBefore() {
        Coordinator client = connect();
        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "boot", 0, TreeAge.UNKNOWN)));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "new-disk", "boot", 1, TreeAge.UNKNOWN)));

        assertThat(broker(client)).isEqualTo(new BrokerNode(2, List.of("new-disk"), "boot", 2, 2));
    }

    @Test
    default void n13_aBootKeepsWhatWasSyncedOnly() {
        Coordinator client = connect();
        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "boot", 0, TreeAge.UNKNOWN)));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "next-boot", 0, TreeAge.UNKNOWN)));
        assertThat(broker(client)).isEqualTo(new BrokerNode(2, List.of("disk"), "next-boot", 1, 2));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "next-boot", 0, TreeAge.UNKNOWN)));
        assertThat(broker(client))
                .as("later starts on the same boot")
                .isEqualTo(new BrokerNode(3, List.of("disk"), "next-boot", 1, 2));
    }

    @Test
    default void n13_aCleanStopOfThePreviousStartKeepsEverythingOverABoot() {
        Coordinator client = connect();
        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "boot", 0, TreeAge.UNKNOWN)));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "next-boot", 1, TreeAge.UNKNOWN)));
        assertThat(broker(client)).isEqualTo(new BrokerNode(2, List.of("disk"), "next-boot", 1, 1));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "third-boot", 1, TreeAge.UNKNOWN)));
        assertThat(broker(client))
                .as("the marker is of an older start")
                .isEqualTo(new BrokerNode(3, List.of("disk"), "third-boot", 1, 3));
    }

    @Test
    default void n13_aHostThatNamesNoBootIsTakenToHaveBooted() {
        Coordinator client = connect();
        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "", 0, TreeAge.UNKNOWN)));

        get(registry(client).register(new BrokerIdentity(1, null, "c", "disk", "", 0, TreeAge.UNKNOWN)));

        assertThat(broker(client)).isEqualTo(new BrokerNode(2, List.of("disk"), "", 1, 2));
    }

    private static BrokerNode broker(Coordinator client) {
        Node node = read(client, "/brokers/1").orElseThrow();
        return NodeCodec.decode("/brokers/1", node.data(), BrokerNode.class);
    }

    @Test
    default void twoStartsOfOneBrokerAtOnceGetDifferentEpochs() {
        var one = registry(connect()).register(identity(1, null, "c"));
        var two = registry(connect()).register(identity(1, null, "c"));

        assertThat(List.of(get(one).brokerEpoch(), get(two).brokerEpoch())).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    default void aDirectoryOfAnotherClusterIsRefused() {
        Coordinator client = connect();
        get(registry(client).register(identity(1, null, "here")));

        assertRefused(registry(client), identity(2, "elsewhere", "x"), Reason.OTHER_CLUSTER);

        assertThat(get(client.children("/brokers"))).containsExactly("1");
    }

    @Test
    default void aDirectoryOfAClusterIsRefusedWhereTheServiceKnowsOfNone() {
        Coordinator client = connect();

        assertRefused(registry(client), identity(1, "had-one", "x"), Reason.CLUSTER_MISSING);

        assertThat(get(client.read("/cluster"))).isEmpty();
    }

    @Test
    default void r36ATreeThatIsOlderThanWhatTheBrokerHasSeenIsRefusedAndLeftAlone() {
        Coordinator client = connect();
        get(registry(client).register(identity(1, null, "c")));

        assertRefused(registry(client), seen(1, new TreeAge(1, 1)), Reason.ROLLED_BACK);
        assertRefused(registry(client), seen(1, new TreeAge(0, 2)), Reason.ROLLED_BACK);

        assertThat(get(registry(client).register(seen(1, new TreeAge(0, 1)))).brokerEpoch())
                .as("what is refused takes no brokerEpoch: the tree would seem newer each time")
                .isEqualTo(2);
    }

    @Test
    default void aTreeOfANewerFormatIsRefusedAndAMalformedOneIsNamed() {
        Coordinator client = connect();
        made(client, newNode("/cluster", "{\"clusterId\":\"c\",\"formatVersion\":2}"));
        assertRefused(registry(client), identity(1, null, "c"), Reason.NEWER_FORMAT);

        made(client, set("/cluster", "{}", 0));
        assertThatThrownBy(() -> get(registry(client).register(identity(1, null, "c"))))
                .isInstanceOf(MalformedNodeException.class)
                .hasMessageContaining("/cluster");
    }

    @Test
    default void theLiveNodeIsPutUpAgainAfterALostSessionUnderTheSameEpoch() {
        Coordinator observer = connect();
        Coordinator client = connect();
        RecordingSession session = new RecordingSession();
        client.watchSession(session);
        announced(client, 7, new CompletableFuture<>());
        Node before = read(observer, "/brokers/7/live-1").orElseThrow();
        assertThat(before.ephemeralOwner()).isEqualTo(session.connectedId());
        assertThat(NodeCodec.decode("x", before.data(), LiveNode.class)).isEqualTo(live(7, 1));

        expireSession(client);

        eventually()
                .untilAsserted(() -> assertThat(read(observer, "/brokers/7/live-1"))
                        .hasValueSatisfying(
                                again -> assertThat(again.createdAt()).isGreaterThan(before.createdAt())));
        assertThat(get(observer.children("/brokers/7"))).containsExactly("live-1");
        assertThat(read(observer, "/brokers/7").orElseThrow().version()).isZero();
    }

    @Test
    default void aLiveNodeThatAnotherDeletesIsPutUpAgain() {
        Coordinator client = connect();
        announced(client, 7, new CompletableFuture<>());

        made(connect(), delete("/brokers/7/live-1"));

        eventually().until(() -> read(client, "/brokers/7/live-1").isPresent());
    }

    @Test
    default void aProcessWhoseIdAnotherTookIsToldAndWithdraws() {
        Coordinator old = connect();
        CompletableFuture<Long> replaced = new CompletableFuture<>();
        announced(old, 7, replaced);

        Coordinator newer = connect();
        announced(newer, 7, new CompletableFuture<>());

        assertThat(get(replaced)).isEqualTo(2);
        assertThat(read(old, "/brokers/7/live-1")).isEmpty();
        assertThat(read(old, "/brokers/7/live-2")).isPresent();
    }

    @Test
    default void aWithdrawnBrokerIsGoneAndStaysGone() {
        Coordinator client = connect();
        BrokerRegistry registry = announced(client, 7, new CompletableFuture<>());

        get(registry.withdraw());

        assertThat(read(client, "/brokers/7/live-1")).isEmpty();
        RecordingSession session = new RecordingSession();
        client.watchSession(session);
        long before = session.connectedId();
        expireSession(client);
        eventually().until(() -> session.isConnectedOtherThan(before));
        assertThat(read(client, "/brokers/7/live-1")).isEmpty();
        assertThat(read(client, "/brokers/7")).isPresent();
    }

    private BrokerRegistry registry(Coordinator client) {
        return new BrokerRegistry(client, newCallbacks());
    }

    private BrokerRegistry announced(Coordinator client, int brokerId, CompletableFuture<Long> replaced) {
        BrokerRegistry registry = registry(client);
        Registration registration = get(registry.register(identity(brokerId, null, "c")));
        get(registry.announce(registration, live(brokerId, registration.brokerEpoch()), replaced::complete));
        assertThat(read(client, Paths.live(brokerId, registration.brokerEpoch())))
                .isPresent();
        return registry;
    }

    private static LiveNode live(int brokerId, long brokerEpoch) {
        var endpoints = new TreeMap<String, String>();
        endpoints.put("client", "localhost:1");
        return new LiveNode(brokerId, brokerEpoch, endpoints, null);
    }

    private static BrokerIdentity identity(int brokerId, @Nullable String expected, String proposed) {
        return new BrokerIdentity(
                brokerId, expected, proposed, "dir-" + brokerId, "boot-" + brokerId, 0, TreeAge.UNKNOWN);
    }

    private static BrokerIdentity seen(int brokerId, TreeAge seen) {
        return new BrokerIdentity(brokerId, null, "c", "dir-" + brokerId, "boot-" + brokerId, 0, seen);
    }

    private static void assertRefused(BrokerRegistry registry, BrokerIdentity identity, Reason reason) {
        assertThatThrownBy(() -> get(registry.register(identity)))
                .isInstanceOfSatisfying(
                        RegistrationRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
