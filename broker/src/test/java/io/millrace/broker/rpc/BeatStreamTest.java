package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.liveness.Beat;
import io.millrace.broker.liveness.Beats;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BeatStreamTest {

    private static final Beat BEAT = new Beat(
            Clusters.incarnation(2),
            List.of(new BrokerIncarnation(3, Long.MAX_VALUE), new BrokerIncarnation(4, 1)),
            List.of(
                    FailedLog.failed(new TopicPartition(Clusters.TOPIC_ID, 7)),
                    FailedLog.gone(new TopicPartition(Clusters.TOPIC_ID, 8))),
            Fitness.STALLED);

    private final AtomicInteger ends = new AtomicInteger();
    private RpcBroker listener;
    private RpcBroker sender;
    private Beats.Stream stream;

    @BeforeEach
    void start() throws Exception {
        listener = new RpcBroker(1);
        sender = new RpcBroker(2);
        listener.image = Clusters.image(List.of(listener.asImage(), sender.asImage()), 1);
        stream = open(Clusters.ID, listener.internalEndpoint());
    }

    @AfterEach
    void stop() {
        sender.close();
        listener.close();
    }

    @Test
    void beatsArriveAsTheyWere() {
        Beat plain = new Beat(Clusters.incarnation(2), List.of(), List.of(), Fitness.FINE);

        sendUntilHeard(BEAT);
        sendUntilHeard(plain);

        assertThat(listener.beats.ended).isEmpty();
    }

    @Test
    void theListenerNoticesThatASendersConnectionBreaks() {
        sendUntilHeard(BEAT);

        sender.peers.close();

        await().until(() -> !listener.beats.ended.isEmpty());
        assertThat(listener.beats.ended).containsExactly(BEAT.from());
    }

    @Test
    void theListenerNoticesThatASenderFallsSilentOnPurpose() {
        sendUntilHeard(BEAT);

        stream.close();

        await().until(() -> !listener.beats.ended.isEmpty());
        assertThat(listener.beats.ended).containsExactly(BEAT.from());
        assertThat(ends).as("it has ended it itself").hasValue(0);
    }

    @Test
    void theSenderNoticesOnceThatTheListenerIsGone() {
        sendUntilHeard(BEAT);

        listener.kill();

        await().until(() -> ends.get() > 0);
        stream.send(BEAT);
        stream.close();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aStreamToNobodyEnds() {
        open(Clusters.ID, "127.0.0.1:1");

        await().until(() -> ends.get() == 1);
    }

    @Test
    void theBeatsOfAnotherClusterAreNotHeard() {
        Beats.Stream foreign = open("another", listener.internalEndpoint());

        await().until(() -> {
            foreign.send(BEAT);
            return ends.get() == 1;
        });

        assertThat(listener.beats.heard).isEmpty();
        assertThat(listener.beats.ended).isEmpty();
    }

    @Test
    void beatsThatCannotLeaveAreDroppedAndDoNotPileUp() {
        for (int i = 0; i < 100; i++) {
            stream.send(BEAT);
        }

        assertThat(listener.beats.heard).hasSizeLessThan(100);
    }

    private Beats.Stream open(String clusterId, String endpoint) {
        return new GrpcBeats(clusterId, sender.peers).open(Clusters.incarnation(1), endpoint, ends::incrementAndGet);
    }

    private void sendUntilHeard(Beat beat) {
        await().until(() -> {
            stream.send(beat);
            return listener.beats.heard.contains(beat);
        });
    }
}
