package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/client-guide.md, word for word: they compile, and they run. */
@Timeout(60)
final class GuideExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void whatIsWrittenIsRead() {
        try (StreamCluster cluster = new StreamCluster(1, 1)) {
            produce(cluster.bootstrap(), bytes("k"), bytes("v"));
            assertThat(cluster.values(0)).containsExactly("v");
            consume(cluster.bootstrap());
            assertThat(cluster.broker(0).fetchedBytes.get()).isPositive();
        }
    }

    @Test
    void everyExampleOfTheGuideIsHere() throws IOException {
        // Tests run in the module's own folder.
        String guide = Files.readString(Path.of("../docs/client-guide.md"));
        String here = squeezed(Files.readString(Path.of("src/test/java/io/millrace/client/GuideExamplesTest.java")));
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(guide);
        while (matcher.find()) {
            examples.add(squeezed(matcher.group(1)));
        }
        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(here).contains(example));
    }

    private static void produce(String bootstrap, byte[] key, byte[] value) {
        ProducerConfig config = ProducerConfig.of(bootstrap).withCodec(Codec.ZSTD);
        try (Producer producer = Producer.open(config)) {
            CompletableFuture<RecordReceipt> receipt = producer.send(ProducerRecord.of("orders", key, value));
            producer.flush();
            long offset = receipt.join().offset();
            System.out.println("stored at " + offset);
        }
    }

    private static void consume(String bootstrap) {
        TopicPartition partition = new TopicPartition("orders", 0);
        try (Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap))) {
            consumer.assign(Map.of(partition, StartPosition.earliest()));
            for (ConsumerRecord record : consumer.poll(Duration.ofSeconds(10))) {
                System.out.println(record.offset() + " " + record.value());
            }
        }
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
