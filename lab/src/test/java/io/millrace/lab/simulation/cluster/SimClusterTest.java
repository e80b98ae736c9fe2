package io.millrace.lab.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.Safeguards;
import io.millrace.broker.replication.ReplicationSettings;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.NetworkPlan;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SimClusterTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String META = "broker.meta";

    private final SimCluster cluster = new SimCluster(
            new ClusterPlan(
                    1,
                    new NetworkPlan(MS, MS, 0, 0, 0, 20 * MS),
                    new ReplicationSettings(1_000 * MS, 1 << 20, 1 << 18, 5 * MS, 50 * MS, 0, Safeguards.ALL),
                    1_000 * MS,
                    600 * MS,
                    MS,
                    MS),
            new Chance(1));
    private final SimHost host = cluster.hosts().get(0);

    @Test
    void aBrokerWhoseDirectoryCannotBeSyncedEndsAtOnce() {
        host.failSyncs(META + ".tmp");

        cluster.start(host);

        assertThat(host.running()).isNull();
    }

    @Test
    void aDirectoryThatIsDamagedIsNoPlannedFailureThoughSyncsFailToo() {
        cluster.start(host);
        cluster.kill(host);
        host.flipBit(META, new Chance(1));
        host.failSyncs("any.log");

        assertThatThrownBy(() -> cluster.start(host))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broker 1 cannot start");
    }
}
