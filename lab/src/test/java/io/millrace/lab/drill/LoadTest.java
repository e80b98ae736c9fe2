package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceClient;
import io.millrace.lab.FakeBroker;
import io.millrace.lab.traffic.TopicReplay;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load against a broker that is simple enough to be right. */
@Timeout(60)
class LoadTest {
    private static final String TOPIC = "drilled";
    private static final int PARTITIONS = 3;
    private static final DrillPlan PLAN =
            new DrillPlan(TOPIC, PARTITIONS, 1, 2_000, 40, 1, new NoFault(Duration.ZERO), 11, false);
    private static final Payload PAYLOAD = new Payload(11, 40);

    private final FakeBroker broker;
    private final MillraceClient client;
    private final Load load;

    LoadTest() throws IOException {
        broker = new FakeBroker(TOPIC, PARTITIONS);
        client = MillraceClient.of(broker.address());
        load = new Load(broker.address(), PLAN, PAYLOAD, new Random(11));
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void everythingHandedOverIsOnTheBooksAndWhereTheBooksSay() throws Exception {
        load.start();
        assertThat(load.awaitResumed(Set.of(0, 1, 2), Duration.ofSeconds(20))).isTrue();
        load.stop();

        CheckCounts counts = check();
        assertThat(counts.isClean()).isTrue();
        assertThat(counts.acknowledged()).isEqualTo(load.handedOver()).isGreaterThanOrEqualTo(PARTITIONS);
        assertThat(load.failures()).isZero();
    }

    @Test
    void theBlowFallsWhileRecordsAreInFlight() throws Exception {
        load.start();
        boolean[] hasFallen = new boolean[1];

        long inFlight = load.strike(Set.of(1), () -> hasFallen[0] = true);

        assertThat(hasFallen[0]).isTrue();
        assertThat(inFlight).isPositive();
        load.stop();
    }

    @Test
    void aBlowThatCannotFallIsTheDrillsFailure() throws Exception {
        load.start();

        assertThatThrownBy(() -> load.strike(Set.of(1), () -> {
                    throw new IOException("no such process");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such process");
        load.stop();
    }

    @Test
    void whatTheBrokerRefusesIsOnTheBooksAsRefusedAndTheLoadGoesOn() throws Exception {
        broker.maxBatches = 1;
        load.start();
        assertThat(load.awaitResumed(Set.of(0, 1, 2), Duration.ofSeconds(20))).isTrue();
        load.stop();

        CheckCounts counts = check();
        assertThat(counts.isClean()).isTrue();
        assertThat(counts.acknowledged()).isEqualTo(counts.readBack()).isLessThan(load.handedOver());
    }

    private CheckCounts check() throws IOException {
        TopicCheck check = new TopicCheck(PAYLOAD, load.sent());
        new TopicReplay(client, TOPIC, PARTITIONS).replay(check);
        return check.counts();
    }
}
