package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that were written once and may never change their meaning. The whole batches were written by Kafka's client
 * library 3.9.2; one more is the beginning of one that its console producer sent to a broker.
 */
class GoldenBatchTest {
    private static final List<TestRecord> RECORDS = List.of(
            TestRecord.of(1_700_000_000_000L, "key", "first value"),
            TestRecord.of(1_699_999_999_000L, null, ""),
            TestRecord.of(
                    1_700_000_000_500L,
                    "",
                    null,
                    TestRecord.header("trace", "a"),
                    TestRecord.header("trace", null),
                    TestRecord.header("\u00fc", "")),
            TestRecord.of(1_700_000_000_500L, "key", "a".repeat(100)));

    @Test
    void theUncompressedBatchIsReadAndWrittenByteForByte() {
        ByteBuffer golden = golden("uncompressed-batch.hex");

        assertGolden(golden, Codec.NONE, 0x11630cacL);
        assertThat(encode(Codec.NONE)).isEqualTo(golden);
    }

    /** Not compared with what we write: another version of a library may find other bytes for the same records. */
    @ParameterizedTest
    @CsvSource({
        "gzip-batch.hex, GZIP, 4adc9bdd",
        "snappy-batch.hex, SNAPPY, 8ab2ec3e",
        "lz4-batch.hex, LZ4, d3e11e7a",
        "zstd-batch.hex, ZSTD, 65003509"
    })
    void theCompressedBatchIsRead(String name, Codec codec, String crc) {
        assertGolden(golden(name), codec, Long.parseLong(crc, 16));
    }

    @Test
    void aBatchOfKafkasConsoleProducerIsReadAsFarAsItIsKnown() {
        ByteBuffer start = golden("kafka-console-producer-batch-start.hex");
        RecordBatch batch = RecordBatch.wrap(ByteBuffer.allocate((int) BatchLayout.sizeInBytesAt(start, 0))
                .put(start)
                .rewind());

        assertThat(batch.sizeInBytes()).isEqualTo(989);
        assertThat(batch.crc()).isEqualTo(0x66618b68L);
        assertThat(batch.codec()).isEqualTo(Codec.NONE);
        assertThat(batch.lastOffset()).isEqualTo(99);
        assertThat(batch.recordCount()).isEqualTo(100);
        assertThat(batch.maxTimestampMs() - batch.baseTimestampMs()).isEqualTo(42);
        assertThat(List.of(batch.producerId(), (long) batch.producerEpoch(), (long) batch.baseSequence()))
                .containsOnly(0L);
        try (RecordReader reader = batch.records(0)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.record().value()).isEqualTo(TestRecord.utf8("1"));
            assertThat(reader.next()).isTrue();
            assertThat(reader.record().value()).isEqualTo(TestRecord.utf8("2"));
            assertThat(reader.record().key()).isNull();
            assertThat(reader.record().offset()).isEqualTo(1);
            assertThat(reader.record().timestampMs()).isEqualTo(batch.baseTimestampMs() + 30);
        }
    }

    private static void assertGolden(ByteBuffer golden, Codec codec, long crc) {
        RecordBatch batch = RecordBatch.wrap(golden);

        assertThat(batch.isCrcValid()).isTrue();
        assertThat(batch.crc()).isEqualTo(crc);
        assertThat(batch.codec()).isEqualTo(codec);
        assertThat(batch.baseTimestampMs()).isEqualTo(1_700_000_000_000L);
        assertThat(batch.maxTimestampMs()).isEqualTo(1_700_000_000_500L);
        assertThat(batch.producerId()).isEqualTo(17);
        assertThat(batch.producerEpoch()).isEqualTo((short) 2);
        assertThat(batch.baseSequence()).isEqualTo(5);
        assertThat(TestRecord.decode(golden)).isEqualTo(RECORDS);
    }

    private static ByteBuffer encode(Codec codec) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec).producer(17, (short) 2, 5);
        RECORDS.forEach(record -> record.appendTo(builder));
        return builder.build();
    }

    private static ByteBuffer golden(String name) {
        try (InputStream resource = GoldenBatchTest.class.getResourceAsStream(name)) {
            assertThat(resource).as(name).isNotNull();
            String hex = new String(resource.readAllBytes(), StandardCharsets.US_ASCII);
            return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
