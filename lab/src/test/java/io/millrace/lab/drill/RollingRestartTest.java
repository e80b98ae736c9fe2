package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceClient;
import io.millrace.lab.FakeBroker;
import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RollingRestartTest {
    private static final String TOPIC = "drilled";

    private final FakeBroker broker;
    private final MillraceClient client;
    private final List<String> deeds = new ArrayList<>();
    private int lag = 2;

    RollingRestartTest() throws IOException {
        broker = new FakeBroker(TOPIC, 1);
        broker.replicas = 3;
        client = MillraceClient.of(broker.address());
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void eachBrokerIsAskedToEndOnceTheOneBeforeIsBackAndInSync() throws Exception {
        ClusterProcesses processes = new Processes();
        Fault fault = new RollingRestart();
        Set<Integer> victims = fault.victims(1, processes.brokerIds(), 2, new Random(1));

        fault.aim(processes, victims).fall();
        fault.awaitEffect(processes, new TopicWatch(client, TOPIC), victims);
        fault.heal(processes, victims);

        assertThat(deeds)
                .containsExactly(
                        "TERMINATE [1]",
                        "end [1]",
                        "start [1]",
                        "TERMINATE [2]",
                        "end [2]",
                        "start [2]",
                        "TERMINATE [3]",
                        "end [3]",
                        "start [3]");
        assertThat(broker.laggingAnswers).hasValue(0);
    }

    @Test
    void aBrokerThatStaysOutOfSyncIsNamedAndTheNextOneIsLeftAlone() throws Exception {
        lag = Integer.MAX_VALUE;
        ClusterProcesses processes = new Processes();
        Fault fault = new RollingRestart(Duration.ofMillis(200));
        Set<Integer> victims = Set.of(1, 2, 3);
        fault.aim(processes, victims).fall();

        assertThatThrownBy(() -> fault.awaitEffect(processes, new TopicWatch(client, TOPIC), victims))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broker 1 was started again, and not all replicas are in sync");

        assertThat(deeds).containsExactly("TERMINATE [1]", "end [1]", "start [1]");
    }

    /** Of brokers that take a while to catch up after their start, which the one that answers notices late. */
    private final class Processes implements ClusterProcesses {
        @Override
        public List<Integer> brokerIds() {
            return List.of(3, 1, 2);
        }

        @Override
        public Path dataDirectory(int brokerId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Strike atBrokers(Set<Integer> ids, Blow blow) {
            return () -> {
                assertThat(broker.laggingAnswers)
                        .as("out of sync before " + ids)
                        .hasValue(0);
                deeds.add(blow + " " + ids);
            };
        }

        @Override
        public Strike atZooKeeper(Blow blow) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitEnd(Set<Integer> ids) {
            deeds.add("end " + ids);
        }

        @Override
        public void start(Set<Integer> ids) {
            deeds.add("start " + ids);
            broker.leaderEpoch = ids.iterator().next();
            broker.staleAnswers.set(2);
            broker.laggingAnswers.set(lag);
        }

        @Override
        public void startZooKeeper() {
            throw new UnsupportedOperationException();
        }
    }
}
