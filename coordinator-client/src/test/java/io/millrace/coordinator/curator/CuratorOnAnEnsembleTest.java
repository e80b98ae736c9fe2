package io.millrace.coordinator.curator;

import java.util.List;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Three servers: a client may read from one that lags, and its session may move. */
class CuratorOnAnEnsembleTest extends CuratorContract {

    private static TestingCluster cluster;

    @BeforeAll
    static void startServers() throws Exception {
        cluster = new TestingCluster(List.of(server(), server(), server()));
        cluster.start();
    }

    @AfterAll
    static void stopServers() throws Exception {
        cluster.close();
    }

    @Override
    String connectString() {
        return cluster.getConnectString();
    }
}
