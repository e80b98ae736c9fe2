package io.millrace.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.client.ClientConfig;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.ProducerRecord;
import io.millrace.proto.v1.CreateTopicRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault does what it says, and ends. One cluster for all of them: it is whole again after each test. */
@Timeout(120)
@MillraceCluster(brokers = 3)
final class ClusterTest {

    @Test
    void aKilledLeaderIsReplacedAndComesBack(Cluster cluster) throws Exception {
        int leader = leaderOfNew("killed", cluster);
        cluster.kill(leader);
        assertThat(cluster.bootstrap().split(",", -1)).hasSize(2);
        awaitLeaderOtherThan(leader, "killed", cluster);
        write("killed", cluster);
        cluster.start(leader);
        cluster.awaitInSync();
        assertThat(cluster.history()).anyMatch(line -> line.endsWith("kill " + leader));
    }

    @Test
    void aPausedLeaderIsReplacedAndDoesNotLeadWhenItWakes(Cluster cluster) throws Exception {
        int leader = leaderOfNew("paused", cluster);
        cluster.pause(leader);
        awaitLeaderOtherThan(leader, "paused", cluster);
        write("paused", cluster);
        cluster.resume(leader);
        cluster.awaitInSync();
        write("paused", cluster);
    }

    @Test
    void anIsolatedLeaderIsReplacedAndUnreachableUntilItIsHealed(Cluster cluster) throws Exception {
        int leader = leaderOfNew("isolated", cluster);
        String endpoint = cluster.bootstrap().split(",", -1)[leader - 1];
        cluster.isolate(leader);
        awaitLeaderOtherThan(leader, "isolated", cluster);
        try (MillraceClient client =
                new MillraceClient(ClientConfig.of(endpoint).withTimeoutMs(500))) {
            assertThatThrownBy(client::metadata).isInstanceOf(MillraceException.class);
        }
        cluster.heal();
        cluster.awaitInSync();
    }

    @Test
    void whereAFollowerIsCutFromItsLeaderAloneWritesGoOnWithoutOneOfThem(Cluster cluster) throws Exception {
        int leader = leaderOfNew("partitioned", cluster);
        int follower = leader % 3 + 1;
        cluster.partition(leader, follower);
        write("partitioned", cluster);
        // Which partition is named first is open: where the follower is the controller, all that its leader led have
        // moved.
        assertThat(cluster.outOfSync()).isPresent();
        cluster.heal();
        cluster.awaitInSync();
    }

    @Test
    void whatDoesNotExistIsRefusedByName(Cluster cluster) {
        assertThatThrownBy(() -> cluster.kill(4)).hasMessageContaining("no broker 4, only [1, 2, 3]");
        assertThatThrownBy(() -> cluster.leaderOf("nothing", 0)).hasMessageContaining("nothing-0");
    }

    private static int leaderOfNew(String topic, Cluster cluster) throws InterruptedException {
        try (MillraceClient client = MillraceClient.of(cluster.bootstrap())) {
            client.createTopic(CreateTopicRequest.newBuilder()
                    .setName(topic)
                    .setPartitions(1)
                    .setReplicationFactor(3)
                    .build());
        }
        cluster.awaitInSync();
        write(topic, cluster);
        return cluster.leaderOf(topic, 0);
    }

    private static void awaitLeaderOtherThan(int former, String topic, Cluster cluster) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cluster.leaderOf(topic, 0), leader -> leader > 0 && leader != former);
    }

    /** With the producer, which sends again: a fault may move the leader while the record is on its way. */
    private static void write(String topic, Cluster cluster) {
        try (Producer producer = Producer.open(ProducerConfig.of(cluster.bootstrap()))) {
            assertThat(producer.send(ProducerRecord.of(topic, new byte[0]))).succeedsWithin(Duration.ofSeconds(30));
        }
    }
}
