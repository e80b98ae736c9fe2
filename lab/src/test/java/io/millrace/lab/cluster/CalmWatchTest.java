package io.millrace.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.lab.FakeBroker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CalmWatchTest {
    private final FakeBroker broker;
    private final MillraceClient client;

    CalmWatchTest() throws IOException {
        broker = new FakeBroker("orders", 2);
        client = MillraceClient.of(broker.address());
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void aTopicWhoseLeaderIsNotThePreferredOneIsNotCalm() throws Exception {
        broker.isSubstitute = true;

        assertThat(new CalmWatch(client).await(Duration.ZERO)).contains("orders");
    }

    @Test
    void replicasThatCatchUpAreAwaited() throws Exception {
        broker.laggingAnswers.set(3);

        assertThat(new CalmWatch(client).await(Duration.ofSeconds(30))).isEmpty();
        assertThat(broker.laggingAnswers).hasValue(0);
    }
}
