package io.millrace.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.ProducerRecord;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import io.millrace.proto.v1.CreateTopicRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of docs/testing-failover.md, word for word: it compiles, and it runs. */
@Timeout(120)
@MillraceCluster(brokers = 3)
final class OrdersSurviveTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyOrderSurvivesTheDeathOfItsLeader(Cluster cluster) throws Exception {
        try (MillraceClient admin = MillraceClient.of(cluster.bootstrap())) {
            admin.createTopic(CreateTopicRequest.newBuilder()
                    .setName("orders")
                    .setPartitions(1)
                    .setReplicationFactor(3)
                    .build());
        }
        try (Producer producer = Producer.open(ProducerConfig.of(cluster.bootstrap()))) {
            for (int order = 0; order < 100; order++) {
                if (order == 50) {
                    cluster.kill(cluster.leaderOf("orders", 0));
                }
                byte[] value = ("order " + order).getBytes(StandardCharsets.UTF_8);
                producer.send(ProducerRecord.of("orders", null, value)).join();
            }
        }
        List<String> read = new ArrayList<>();
        try (Consumer consumer = Consumer.open(ConsumerConfig.of(cluster.bootstrap()))) {
            consumer.assign(Map.of(new TopicPartition("orders", 0), StartPosition.earliest()));
            while (read.size() < 100) {
                for (ConsumerRecord record : consumer.poll(Duration.ofSeconds(1))) {
                    read.add(StandardCharsets.UTF_8.decode(record.value()).toString());
                }
            }
        }
        assertThat(read).hasSize(100).startsWith("order 0").endsWith("order 99").doesNotHaveDuplicates();
    }

    @Test
    void theExampleOfTheGuideIsHere() throws IOException {
        // Tests run in the module's own folder.
        String guide = Files.readString(Path.of("../docs/testing-failover.md"));
        String here = squeezed(Files.readString(Path.of("src/test/java/io/millrace/lab/junit/OrdersSurviveTest.java")));
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(guide);
        while (matcher.find()) {
            examples.add(squeezed(matcher.group(1)));
        }
        assertThat(examples)
                .hasSize(1)
                .allSatisfy(example -> assertThat(here)
                        .contains(example.substring(example.indexOf("@Test"), example.lastIndexOf("}"))));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }
}
