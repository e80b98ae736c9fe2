package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.Partition;
import io.millrace.record.Codec;
import io.millrace.record.Header;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/client-guide.md, word for word: they compile, and they run. */
@Timeout(60)
final class GuideExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private static Path directory;

    @Test
    void whatIsWrittenIsRead() {
        try (StreamCluster cluster = new StreamCluster(2, 3)) {
            produce(cluster.bootstrap(), bytes("k"), bytes("keyed"));
            whole(cluster.bootstrap(), bytes("k"), bytes("whole"));
            assertThat(cluster.values(2)).contains("whole");
            cluster.plant(0, plain("plain"));
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            consume(cluster.bootstrap(), 3, new PrintStream(printed, true, StandardCharsets.UTF_8));
            assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                    .hasSize(3)
                    .contains("orders-0@0: plain")
                    .anyMatch(line -> line.endsWith(": keyed"));
        }
    }

    @Test
    void aGroupReadsAndCommits() {
        try (StreamCluster cluster = new StreamCluster(2, 3)) {
            cluster.plant(0, plain("plain"));
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            share(cluster.bootstrap(), 1, new PrintStream(printed, true, StandardCharsets.UTF_8));
            assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                    .containsExactly("reading 3 partitions", "orders-0@0 (key null, value 5 B)");
            CommittedOffset committed = cluster.group.committed(0);
            assertThat(committed == null ? -1 : committed.getOffset()).isEqualTo(1);
        }
    }

    @Test
    void everyExampleOfTheGuideIsHere() throws IOException {
        String here = squeezed(Files.readString(Path.of("src/test/java/io/millrace/client/GuideExamplesTest.java")));
        List<String> code = code();
        assertThat(code.subList(1, code.size()))
                .hasSize(4)
                .allSatisfy(example -> assertThat(here).contains(squeezed(example)));
    }

    /** This class is in the client's own package, so that it compiles shows neither. */
    @Test
    void theExamplesNeedTheImportsThatTheGuideNamesAndNothingThatIsNotPublic() throws IOException {
        List<String> code = code();
        StringBuilder source = new StringBuilder(code.get(0))
                .append("class Guide { String bootstrap; byte[] key, value; long wanted; java.io.PrintStream out;")
                .append(" Producer producer;\n");
        for (int i = 1; i < code.size(); i++) {
            source.append("void example").append(i).append("() {\n").append(code.get(i)).append("}\n");
        }
        Path file = Files.writeString(directory.resolve("Guide.java"), source.append("}\n"));
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-d", directory.toString(), "-cp", System.getProperty("java.class.path", ""));
            boolean isGood = compiler.getTask(errors, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertThat(isGood).as(errors.toString()).isTrue();
        }
    }

    /** What the guide has in Java: the imports, and then its examples. */
    private static List<String> code() throws IOException {
        // Tests run in the module's own folder.
        Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("../docs/client-guide.md")));
        List<String> code = new ArrayList<>();
        while (matcher.find()) {
            code.add(matcher.group(1));
        }
        return code;
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

    private static void whole(String bootstrap, byte[] key, byte[] value) {
        try (Producer producer = Producer.open(ProducerConfig.of(bootstrap))) {
            Header source = new Header("source", ByteBuffer.wrap("shop".getBytes(StandardCharsets.UTF_8)));
            ProducerRecord record = ProducerRecord.of("orders", key, value)
                    .withPartition(2)
                    .withTimestampMs(System.currentTimeMillis())
                    .withHeaders(List.of(source));
            producer.send(record, (receipt, failure) -> {
                if (failure != null) {
                    String what = failure.isDefinite() ? "not stored" : "perhaps stored";
                    System.err.println(what + ": " + failure.getMessage());
                }
            });
        }
    }

    private static void consume(String bootstrap, long wanted, PrintStream out) {
        try (MillraceClient client = MillraceClient.of(bootstrap);
                Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap))) {
            Map<TopicPartition, StartPosition> all = new HashMap<>();
            for (Partition partition : client.metadata("orders").getTopics(0).getPartitionsList()) {
                all.put(new TopicPartition("orders", partition.getPartition()), StartPosition.earliest());
            }
            consumer.assign(all);
            for (long read = 0; read < wanted; ) {
                for (ConsumerRecord record : consumer.poll(Duration.ofSeconds(1))) {
                    ByteBuffer value = record.value();
                    String text = value == null
                            ? "null"
                            : StandardCharsets.UTF_8.decode(value).toString();
                    out.println(record.topicPartition() + "@" + record.offset() + ": " + text);
                    read++;
                }
            }
        }
    }

    private static void share(String bootstrap, long wanted, PrintStream out) {
        GroupConfig group = GroupConfig.of("billing")
                .withStartWhereNone(StartPosition.earliest())
                .withAutoCommitIntervalMs(0);
        try (Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap))) {
            consumer.subscribe(List.of("orders"), group, new RebalanceListener() {
                @Override
                public void onAssigned(Set<TopicPartition> partitions) {
                    out.println("reading " + partitions.size() + " partitions");
                }
            });
            for (long read = 0; read < wanted; ) {
                ConsumerRecords records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord record : records) {
                    out.println(record);
                    read++;
                }
                if (!records.isEmpty()) {
                    consumer.commit();
                }
            }
        }
    }

    private static RecordBatch plain(String value) {
        return RecordBatch.wrap(new RecordBatchBuilder(Codec.NONE)
                .append(1, null, ByteBuffer.wrap(bytes(value)), List.of())
                .build());
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
