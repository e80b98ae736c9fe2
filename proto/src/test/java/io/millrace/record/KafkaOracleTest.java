package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.MutableRecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own library reads what we write, and we read what it writes. */
class KafkaOracleTest {
    private static final int BATCHES = 100;

    private static final List<TestRecord> CORNERS = List.of(
            TestRecord.of(1_000, null, null),
            TestRecord.of(500, "", ""),
            TestRecord.of(
                    1_700_000_000_000L,
                    "k",
                    "v",
                    TestRecord.header("h", "1"),
                    TestRecord.header("h", "2"),
                    TestRecord.header("", null),
                    TestRecord.header("h", "")));

    @ParameterizedTest
    @EnumSource
    void kafkaReadsWhatWeWrite(Codec codec) {
        long seed = System.nanoTime();
        RandomRecords random = new RandomRecords(seed);
        List<TestRecord> records = CORNERS;
        for (int i = 0; i < BATCHES; i++, records = random.next()) {
            assertThat(readByKafka(codec, TestRecord.encode(codec, records)))
                    .as("seed %d, batch %d", seed, i)
                    .isEqualTo(records);
        }
    }

    @ParameterizedTest
    @EnumSource
    void weReadAndAcceptWhatKafkaWrites(Codec codec) {
        long seed = System.nanoTime();
        RandomRecords random = new RandomRecords(seed);
        List<TestRecord> records = CORNERS;
        for (int i = 0; i < BATCHES; i++, records = random.next()) {
            ByteBuffer batch = writtenByKafka(codec, TimestampType.CREATE_TIME, records);

            assertThat(TestRecord.decode(batch))
                    .as("seed %d, batch %d", seed, i)
                    .isEqualTo(records);
            assertThat(BatchValidator.validate(
                            batch, new BatchValidator.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE)))
                    .as("seed %d, batch %d", seed, i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneRecordAndTenThousandAndLargeOnesGoBothWays(Codec codec) {
        long seed = System.nanoTime();
        for (List<TestRecord> records : shapes(new Random(seed))) {
            assertThat(readByKafka(codec, TestRecord.encode(codec, records)))
                    .as("seed %d, %d records", seed, records.size())
                    .isEqualTo(records);
            assertThat(TestRecord.decode(writtenByKafka(codec, TimestampType.CREATE_TIME, records)))
                    .as("seed %d, %d records", seed, records.size())
                    .isEqualTo(records);
        }
    }

    /** Around and beyond the codecs' blocks of 32 and 64 KiB, with bytes that compress and bytes that do not. */
    private static List<List<TestRecord>> shapes(Random random) {
        Stream<List<TestRecord>> counts = Stream.of(1, 10_000)
                .map(count -> IntStream.range(0, count)
                        .mapToObj(i -> TestRecord.of(1_000 + i, "key-" + i % 7, "value " + random.nextInt(100)))
                        .toList());
        Stream<List<TestRecord>> sizes = Stream.of(32 << 10, 64 << 10, 200_000, 1 << 20)
                .flatMap(size ->
                        Stream.of(value(new byte[size]), value(noise(random, size)), value(noise(random, size - 13))));
        return Stream.concat(counts, sizes).toList();
    }

    private static List<TestRecord> value(byte[] value) {
        return List.of(new TestRecord(1, null, ByteBuffer.wrap(value), List.of()));
    }

    private static byte[] noise(Random random, int size) {
        byte[] noise = new byte[size];
        random.nextBytes(noise);
        return noise;
    }

    /** Those whose bytes follow from the records and the codec's library, which is the same one here. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "SNAPPY", "LZ4"})
    void theBytesAreTheSame(Codec codec) {
        long seed = System.nanoTime();
        RandomRecords random = new RandomRecords(seed);
        for (int i = 0; i < BATCHES; i++) {
            List<TestRecord> records = random.next();
            RecordBatchBuilder builder = new RecordBatchBuilder(codec).producer(17, (short) 2, 5);
            records.forEach(record -> record.appendTo(builder));

            assertThat(builder.build())
                    .as("seed %d, batch %d", seed, i)
                    .isEqualTo(writtenByKafka(codec, TimestampType.CREATE_TIME, records));
        }
    }

    @Test
    void withLogAppendTimeEveryRecordHasTheBatchsTime() {
        ByteBuffer batch = writtenByKafka(Codec.ZSTD, TimestampType.LOG_APPEND_TIME, CORNERS);

        assertThat(RecordBatch.wrap(batch).isLogAppendTime()).isTrue();
        assertThat(TestRecord.decode(batch)).extracting(TestRecord::timestampMs).containsOnly(4_242L);
    }

    private static List<TestRecord> readByKafka(Codec codec, ByteBuffer encoded) {
        List<TestRecord> read = new ArrayList<>();
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(encoded).batches()) {
            batch.ensureValid();
            assertThat(batch.sizeInBytes()).isEqualTo(encoded.limit());
            assertThat(batch.compressionType()).isEqualTo(CompressionType.forId(codec.id()));
            for (org.apache.kafka.common.record.Record record : batch) {
                assertThat(record.offset()).isEqualTo(read.size());
                read.add(new TestRecord(record.timestamp(), record.key(), record.value(), ours(record.headers())));
            }
        }
        return read;
    }

    private static List<Header> ours(org.apache.kafka.common.header.Header[] headers) {
        return Arrays.stream(headers)
                .map(header ->
                        new Header(header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())))
                .toList();
    }

    private static ByteBuffer writtenByKafka(Codec codec, TimestampType timestampType, List<TestRecord> records) {
        Compression compression =
                Compression.of(CompressionType.forId(codec.id())).build();
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(1024), (byte) 2, compression, timestampType, 0, 4_242L, 17, (short) 2, 5)) {
            for (TestRecord record : records) {
                builder.append(record.timestampMs(), record.key(), record.value(), kafkas(record.headers()));
            }
            return builder.build().buffer();
        }
    }

    private static org.apache.kafka.common.header.Header[] kafkas(List<Header> headers) {
        return headers.stream()
                .map(header -> new RecordHeader(ByteBuffer.wrap(CraftedBatch.utf8(header.key())), header.value()))
                .toArray(org.apache.kafka.common.header.Header[]::new);
    }
}
