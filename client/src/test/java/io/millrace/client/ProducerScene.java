package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Two brokers, a topic of two partitions, and a producer. */
@Timeout(60)
abstract class ProducerScene {
    final StreamCluster cluster = new StreamCluster(2, 2);
    Producer producer = Producer.open(config());

    final ProducerConfig config() {
        return ProducerConfig.of(cluster.bootstrap()).withDeliveryTimeoutMs(20_000);
    }

    final void reopen(ProducerConfig config) {
        producer.close();
        producer = Producer.open(config);
    }

    @AfterEach
    void close() {
        producer.close(0);
        cluster.close();
    }

    final List<CompletableFuture<RecordReceipt>> send(int from, int to) {
        List<CompletableFuture<RecordReceipt>> receipts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            receipts.add(producer.send(record("v" + i)));
        }
        return receipts;
    }

    static ProducerRecord record(String value) {
        return ProducerRecord.of(TOPIC, bytes(value)).withPartition(0);
    }

    static void join(List<CompletableFuture<RecordReceipt>> receipts) {
        receipts.forEach(CompletableFuture::join);
    }

    static MillraceException failure(CompletableFuture<RecordReceipt> receipt) {
        try {
            throw new AssertionError("acknowledged: " + receipt.join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(MillraceException.class);
            return (MillraceException) Objects.requireNonNull(e.getCause());
        }
    }

    static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
