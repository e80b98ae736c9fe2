package io.millrace.coordinator.curator;

import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class CuratorOnOneServerTest extends CuratorContract {

    private static TestingServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = new TestingServer(server(), true);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Override
    String connectString() {
        return server.getConnectString();
    }
}
