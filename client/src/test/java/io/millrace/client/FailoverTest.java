package io.millrace.client;

import static io.millrace.client.ScriptedBroker.TOPIC;
import static io.millrace.client.ScriptedBroker.metadata;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A leader goes, another comes: how soon a writer finds it. */
@Timeout(30)
final class FailoverTest {
    private final ScriptedBroker first = new ScriptedBroker();
    private final ScriptedBroker second = new ScriptedBroker();
    private final MillraceClient client = MillraceClient.of(first.endpoint() + "," + second.endpoint());
    private final PartitionWriter writer = new PartitionWriter(client, TOPIC, 0, WriterConfig.DEFAULT);
    private final AtomicBoolean isElected = new AtomicBoolean();

    @BeforeEach
    void theFirstLeads() {
        first.metadata.play(this::metadataNow);
        second.metadata.play(this::metadataNow);
        first.produce.play(request -> ScriptedBroker.stored(request, 3));
        second.produce.play(request -> ScriptedBroker.stored(request, 7));
    }

    @AfterEach
    void close() {
        client.close();
        first.close();
        second.close();
    }

    @Test
    void aLeaderThatIsKilledIsReplacedSoonAfterTheOthersKnowTheNext() {
        first.produce.hang();
        AtomicInteger polls = new AtomicInteger();
        second.metadata.play(request -> {
            isElected.set(polls.incrementAndGet() > 15);
            return metadataNow(request);
        });
        PartitionWriter.Pending pending = append("a");
        await().until(() -> first.produce.requests().size() == 1);
        long killedNs = System.nanoTime();
        first.close();
        assertThat(pending.offset().join()).isEqualTo(7);
        // A pause that doubles would have come to more than ten seconds.
        assertThat(System.nanoTime() - killedNs).isLessThan(TimeUnit.SECONDS.toNanos(3));
        assertThat(second.produce.requests()).hasSize(1);
    }

    @Test
    void aLeaderThatHangsIsLeftForTheOneThatOthersName() {
        append("a").batch().join();
        first.produce.hang();
        PartitionWriter.Pending pending = append("b");
        await().until(() -> first.produce.requests().size() == 2);
        isElected.set(true);
        first.metadata.hang();
        long hangsNs = System.nanoTime();
        assertThat(pending.offset().join()).isEqualTo(7);
        assertThat(System.nanoTime() - hangsNs).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(second.produce.requests().get(0).getBatch().getBatch())
                .isEqualTo(first.produce.requests().get(1).getBatch().getBatch());
    }

    @Test
    void whoeverIsTooSlowOnceKeepsItsPlaceIfItStillLeads() {
        first.produce.play(
                request -> {
                    await().until(() -> first.produce.requests().size() == 2);
                    return ScriptedBroker.stored(request, 3);
                },
                request -> ScriptedBroker.stored(request, 3));
        assertThat(append("a").offset().join()).isEqualTo(3);
        assertThat(second.produce.requests()).isEmpty();
    }

    @Test
    void aBrokerThatIsGoneIsNotAskedForMetadataFirst() {
        append("a").batch().join();
        first.close();
        isElected.set(true);
        assertThat(append("b").offset().join()).isEqualTo(7);
        assertThat(append("c").offset().join()).isEqualTo(7);
        assertThat(second.metadata.requests()).hasSizeLessThan(4);
    }

    private GetMetadataResponse metadataNow(GetMetadataRequest request) {
        return isElected.get()
                ? metadata(2, 2, first.endpoint(), second.endpoint())
                : metadata(1, 1, first.endpoint(), second.endpoint());
    }

    private PartitionWriter.Pending append(String value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
        return writer.append(1, null, bytes, List.of());
    }
}
