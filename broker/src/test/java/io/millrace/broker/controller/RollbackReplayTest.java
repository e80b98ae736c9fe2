package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.TestCluster.Asked;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.log.DataDirectory;
import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.SeenTree;
import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.coordinator.Node;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

/** The coordination service is put back to an old copy under running brokers (R36): with the rule, and without. */
class RollbackReplayTest {

    private static final BrokerIncarnation SELF = new BrokerIncarnation(1, 1);

    /** The copy was made before the topic; that it is not there does not mean that somebody has deleted it. */
    @Test
    void r36ATopicThatTheOldCopyLacksIsNotDeleted() throws DataDirectoryException {
        assertThat(isTakenForDeleted(Safeguards.ALL)).isFalse();
        assertThat(isTakenForDeleted(Safeguards.without(Safeguard.R36_OLD_TREES_ARE_REFUSED)))
                .isTrue();
    }

    private static boolean isTakenForDeleted(Safeguards safeguards) throws DataDirectoryException {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        NavigableMap<String, Node> old = cluster.tree.copy();
        moveTheController(cluster);
        cluster.create("t", 1, 3);
        SeenTree seen = seen(cluster.image(), safeguards);
        cluster.tree.putBack(old);

        Asked<Boolean> deleted = new Asked<>();
        new DeletedTopics(cluster.outsider, "the-cluster", seen::controllerEpoch, cluster.loop)
                .confirm("t", "t-id", deleted);
        cluster.settle();
        return deleted.answer();
    }

    @Test
    void aTopicOfACurrentTreeIsDeletedAsEver() throws DataDirectoryException {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        SeenTree seen = seen(cluster.image(), Safeguards.ALL);

        Asked<Boolean> deleted = new Asked<>();
        new DeletedTopics(cluster.outsider, "the-cluster", seen::controllerEpoch, cluster.loop)
                .confirm("t", "t-id", deleted);
        cluster.settle();

        assertThat(deleted.answer()).isTrue();
    }

    /** Who knows of later controllers does not govern by a tree that does not. */
    @Test
    void r36NobodyBecomesControllerOfAnOldTree() throws DataDirectoryException {
        assertThat(isGoverned(Safeguards.ALL)).isFalse();
        assertThat(isGoverned(Safeguards.without(Safeguard.R36_OLD_TREES_ARE_REFUSED)))
                .isTrue();
    }

    private static boolean isGoverned(Safeguards safeguards) throws DataDirectoryException {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        NavigableMap<String, Node> old = cluster.tree.copy();
        moveTheController(cluster);
        moveTheController(cluster);
        cluster.seenControllerEpoch = seen(cluster.image(), safeguards).controllerEpoch();
        for (int id = 1; id <= 3; id++) {
            cluster.kill(id);
        }
        cluster.tree.putBack(old);
        int before = cluster.node("/controller/epoch").version();

        return cluster.start(1).attendance().office.contains(true)
                && cluster.node("/controller/epoch").version() > before;
    }

    private static void moveTheController(TestCluster cluster) {
        int controller = cluster.controller().registration().brokerId();
        cluster.kill(controller);
        cluster.start(controller);
        cluster.settle();
    }

    private static SeenTree seen(ClusterImage image, Safeguards safeguards) throws DataDirectoryException {
        try (DataDirectory data = DataDirectory.open(new CrashableDisk(), 1, () -> "directory")) {
            SeenTree seen = new SeenTree(data, Runnable::run, safeguards);
            seen.onImage(SELF, image);
            return seen;
        }
    }
}
