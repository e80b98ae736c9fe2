package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceClient;
import io.millrace.client.ProducerConfig;
import io.millrace.lab.FakeBroker;
import io.millrace.lab.drill.SentRuns.Outcome;
import io.millrace.lab.traffic.TopicReplay;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SteadyProducerTest {
    private static final String TOPIC = "steady";
    private static final Payload PAYLOAD = new Payload(5, 40);
    private static final int MAX_BLOCK_MS = 50;

    @Test
    void recordsThatFindNoRoomMakeTheLoadLateAndAreOnTheBooksBehindThoseThatNobodyAnswered() throws Exception {
        PartitionBook book = new PartitionBook(0);
        CompletableFuture<SteadyProducer> sending = new CompletableFuture<>();
        CountDownLatch refusedTwice = new CountDownLatch(1);
        SteadyProducer.Listener listener = new SteadyProducer.Listener() {
            @Override
            public void onHandedOver(Sent record) {
                if (sending.join().refusals() >= 2) {
                    refusedTwice.countDown();
                }
            }
        };
        try (FakeBroker broker = new FakeBroker(TOPIC, 1);
                MillraceClient client = MillraceClient.of(broker.address())) {
            broker.isSilent = true;
            ProducerConfig config = ProducerConfig.of(broker.address())
                    .withBufferBytes(500)
                    .withMaxBlockMs(MAX_BLOCK_MS)
                    .withDeliveryTimeoutMs(1_000);
            SteadyProducer producer = new SteadyProducer(0, config, TOPIC, 1_000, PAYLOAD, List.of(book), listener);
            sending.complete(producer);
            producer.start();
            refusedTwice.await();
            producer.stop();

            SentRuns runs = book.runs();
            assertThat(runs.outcome(0)).contains(Outcome.UNKNOWN);
            assertThat(runs.count(Outcome.REFUSED)).isGreaterThanOrEqualTo(producer.refusals());
            assertThat(book.failed()).isEqualTo(book.next());
            assertThat(producer.firstFailure()).isNotNull();
            assertThat(producer.latestMs()).isGreaterThanOrEqualTo(MAX_BLOCK_MS);
            TopicCheck check = new TopicCheck(PAYLOAD, List.of(runs));
            new TopicReplay(client, TOPIC, 1).replay(check);
            assertThat(check.counts().isClean()).isTrue();
        }
    }

    @Test
    void anErrorInTheSendingThreadIsToldToWhoeverWaitsForItsEnd() throws Exception {
        SteadyProducer.Listener listener = new SteadyProducer.Listener() {
            @Override
            public void onSend(Sent record, long nowNs) {
                throw new LinkageError("no such class");
            }
        };
        try (FakeBroker broker = new FakeBroker(TOPIC, 1)) {
            ProducerConfig config = ProducerConfig.of(broker.address());
            SteadyProducer producer =
                    new SteadyProducer(0, config, TOPIC, 1_000, PAYLOAD, List.of(new PartitionBook(0)), listener);
            producer.start();

            assertThatThrownBy(producer::requireEndedWell)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such class");
            assertThat(producer.hasEnded()).isTrue();
            producer.stop();
        }
    }
}
