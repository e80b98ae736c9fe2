package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.BatchDefect.Kind;
import io.millrace.record.BatchValidator.Limits;
import io.millrace.record.CraftedBatch.RawRecord;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each batch here has a valid CRC (but for the one test of it) and breaks one rule. */
class BatchValidatorTest {
    private static final Limits LIMITS = new Limits(1 << 20, 1 << 20, 1 << 20);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 10_000})
    void aSoundBatchIsAccepted(int count) {
        assertThat(validate(CraftedBatch.sound(count))).isEmpty();
        for (Codec codec : Codec.values()) {
            assertThat(validate(CraftedBatch.sound(count).compress(codec)))
                    .as("codec %s", codec)
                    .isEmpty();
        }
    }

    @Test
    void whatTheLeaderStampsIsNotLookedAt() {
        ByteBuffer batch = CraftedBatch.sound(3).build();
        RecordBatch.wrap(batch).stamp(Long.MIN_VALUE, -7);

        assertThat(BatchValidator.validate(batch, LIMITS)).isEmpty();
    }

    @Test
    void theCrcIsChecked() {
        ByteBuffer batch = CraftedBatch.sound(3).build();
        batch.put(batch.limit() - 1, (byte) 1);

        assertDefect(BatchValidator.validate(batch, LIMITS), Kind.CRC_MISMATCH, "checksum");
    }

    @Test
    void theBatchFillsThePayloadAlone() {
        ByteBuffer batch = CraftedBatch.sound(1).build();
        ByteBuffer twice = ByteBuffer.allocate(2 * batch.limit())
                .put(batch.duplicate())
                .put(batch.duplicate())
                .flip();

        assertDefect(BatchValidator.validate(twice, LIMITS), Kind.MALFORMED, "a batch of");
        for (int size = 0; size < batch.limit(); size++) {
            Optional<BatchDefect> defect = BatchValidator.validate(batch.slice(0, size), LIMITS);
            assertDefect(defect, Kind.MALFORMED, size < BatchLayout.HEADER_BYTES ? "header" : "a batch of");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"headers", "counts", "producers", "timestamps"})
    void aHeaderThatLiesIsFound(String rule, Consumer<CraftedBatch> change, Kind kind, String what) {
        assertDefect(validate(CraftedBatch.sound(3).with(change)), kind, what);
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                header("magic", batch -> batch.magic = 1, Kind.MALFORMED, "magic 1"),
                header("gzip that is none", batch -> batch.attributes = 1, Kind.MALFORMED, "cannot be inflated"),
                header("snappy that is none", batch -> batch.attributes = 2, Kind.MALFORMED, "cannot be inflated"),
                header("lz4 that is none", batch -> batch.attributes = 3, Kind.MALFORMED, "no lz4 frame"),
                header("zstd that is none", batch -> batch.attributes = 4, Kind.MALFORMED, "cannot be inflated"),
                header("codec 5", batch -> batch.attributes = 5, Kind.UNSUPPORTED_CODEC, "codec id 5"),
                header("codec 7", batch -> batch.attributes = 7, Kind.UNSUPPORTED_CODEC, "codec id 7"));
    }

    @ParameterizedTest
    @MethodSource("bitsAboveTheCodec")
    void noAttributeButTheCodecIsAProducers(int bit) {
        Optional<BatchDefect> defect = validate(CraftedBatch.sound(3).with(batch -> batch.attributes = 1 << bit));

        assertDefect(defect, Kind.MALFORMED, "attributes 0x" + Integer.toHexString(1 << bit));
    }

    static IntStream bitsAboveTheCodec() {
        return IntStream.range(3, 16);
    }

    static Stream<Arguments> counts() {
        return Stream.of(
                header("none", batch -> setCount(batch, 0), Kind.MALFORMED, "record count of 0"),
                header("negative", batch -> setCount(batch, -1), Kind.MALFORMED, "record count of -1"),
                header("more than there are", batch -> setCount(batch, 4), Kind.MALFORMED, "end within a varint"),
                header("fewer than there are", batch -> setCount(batch, 2), Kind.MALFORMED, "after the last of 2"),
                header("above the delta", batch -> batch.lastOffsetDelta = 1, Kind.MALFORMED, "last offset delta of 1"),
                header(
                        "below the delta",
                        batch -> batch.lastOffsetDelta = 3,
                        Kind.MALFORMED,
                        "last offset delta of 3"));
    }

    private static void setCount(CraftedBatch batch, int count) {
        batch.recordCount = count;
        batch.lastOffsetDelta = count - 1;
    }

    static Stream<Arguments> producers() {
        return Stream.of(
                header("epoch alone", batch -> setProducer(batch, -1, 0, -1), Kind.MALFORMED, "epoch 0"),
                header("sequence alone", batch -> setProducer(batch, -1, -1, 0), Kind.MALFORMED, "sequence 0"),
                header("no epoch", batch -> setProducer(batch, 5, -1, 0), Kind.MALFORMED, "epoch -1"),
                header("no sequence", batch -> setProducer(batch, 5, 0, -1), Kind.MALFORMED, "sequence -1"),
                header("id -2", batch -> setProducer(batch, -2, -1, -1), Kind.MALFORMED, "producer id -2"),
                header("id -2, rest set", batch -> setProducer(batch, -2, 0, 0), Kind.MALFORMED, "producer id -2"),
                header("epoch -2", batch -> setProducer(batch, 5, -2, 0), Kind.MALFORMED, "epoch -2"),
                header("sequence -2", batch -> setProducer(batch, 5, 0, -2), Kind.MALFORMED, "sequence -2"));
    }

    private static void setProducer(CraftedBatch batch, long id, int epoch, int sequence) {
        batch.producerId = id;
        batch.producerEpoch = (short) epoch;
        batch.baseSequence = sequence;
    }

    @Test
    void aProducerThatCountsFromZeroIsAccepted() {
        assertThat(validate(CraftedBatch.sound(3).with(batch -> setProducer(batch, 0, 0, 0))))
                .isEmpty();
    }

    static Stream<Arguments> timestamps() {
        return Stream.of(
                header("base below 0", batch -> setTimes(batch, -1, 1_000), Kind.MALFORMED, "base timestamp of -1"),
                header(
                        "max not reached",
                        batch -> setTimes(batch, 1_000, 1_001),
                        Kind.MALFORMED,
                        "max timestamp of 1001"),
                header("max passed", batch -> setTimes(batch, 1_000, 999), Kind.MALFORMED, "max timestamp of 999"),
                header("max below 0", batch -> setTimes(batch, 1_000, -1), Kind.MALFORMED, "max timestamp of -1"));
    }

    private static void setTimes(CraftedBatch batch, long baseMs, long maxMs) {
        batch.baseTimestampMs = baseMs;
        batch.maxTimestampMs = maxMs;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "deltas", "headersOfRecords"})
    void aRecordThatLiesIsFound(String rule, RawRecord record, String what) {
        CraftedBatch batch =
                CraftedBatch.sound(1).with(BatchValidatorTest::makeRoomForTwo).add(record);
        CraftedBatch compressed =
                CraftedBatch.sound(1).with(BatchValidatorTest::makeRoomForTwo).add(record);

        assertDefect(validate(batch), Kind.MALFORMED, what);
        assertDefect(validate(compressed.compress()), Kind.MALFORMED, what);
    }

    private static void makeRoomForTwo(CraftedBatch batch) {
        setCount(batch, 2);
    }

    static Stream<Arguments> lengths() {
        return Stream.of(
                record("record longer than the batch", record -> record.lengthLie = 1, "a record of 9 bytes where 8"),
                record("record shorter than its parts", record -> record.lengthLie = -1, "end within a varint"),
                record("record of no bytes", record -> record.lengthLie = -8, "without a body"),
                record("record of -1 bytes", record -> record.lengthLie = -9, "a record of -1 bytes"),
                record(
                        "bytes after the headers",
                        record -> record.afterHeaderCount = new byte[1],
                        "after the last header"),
                record("key longer than the record", record -> record.keyLength = 60, "a key of 60"),
                record("key of -2 bytes", record -> record.keyLength = -2, "a key of -2"),
                record("value longer than the record", record -> record.valueLength = 3, "a value of 3 bytes"),
                record("value of -2 bytes", record -> record.valueLength = -2, "a value of -2"),
                record("header count without headers", record -> record.headerCount = 1, "end within a varint"),
                record("header count of -1", record -> record.headerCount = -1, "header count of -1"));
    }

    static Stream<Arguments> deltas() {
        return Stream.of(
                record("attributes", record -> record.attributes = 1, "record attributes of 1"),
                record("offset repeated", record -> record.offsetDelta = 0, "an offset delta of 0 where 1"),
                record("offset skipped", record -> record.offsetDelta = 2, "an offset delta of 2 where 1"),
                record("offset below the base", record -> record.offsetDelta = -1, "an offset delta of -1 where 1"),
                record("time before 0", record -> record.timestampDelta = -1_001, "-1 ms"),
                record("time beyond 64 bits", record -> record.timestampDelta = Long.MAX_VALUE, "after 9999"),
                record("time above max", record -> record.timestampDelta = 1, "where the records' is 1001"));
    }

    static Stream<Arguments> headersOfRecords() {
        return Stream.of(
                record("null key", record -> setHeader(record, CraftedBatch.varint(-1)), "a header key of -1"),
                record("key too long", record -> setHeader(record, CraftedBatch.varint(9)), "a header key of 9"),
                record("overlong UTF-8", record -> record.header(new byte[] {(byte) 0xc0, (byte) 0x80}, 0), "UTF-8"),
                record("cut UTF-8", record -> record.header(new byte[] {(byte) 0xc3}, 0), "UTF-8"),
                record("value of -2 bytes", record -> record.header(new byte[0], -2), "a header value of -2"),
                record("value too long", record -> record.header(new byte[0], 1), "a header value of 1 bytes"));
    }

    private static void setHeader(RawRecord record, byte... header) {
        record.headerCount = 1;
        record.afterHeaderCount = header;
    }

    @Test
    void theFirstRecordHasTheBaseOffset() {
        CraftedBatch batch = new CraftedBatch().add(new RawRecord(1));

        assertDefect(validate(batch), Kind.MALFORMED, "an offset delta of 1 where 0 is next");
    }

    @Test
    void aBaseTimestampThatIsNotTheFirstRecordsIsAccepted() {
        CraftedBatch batch = CraftedBatch.sound(0)
                .with(BatchValidatorTest::makeRoomForTwo)
                .add(new RawRecord(0).with(record -> record.timestampDelta = -1_000))
                .add(new RawRecord(1).with(record -> record.timestampDelta = 5))
                .with(crafted -> crafted.maxTimestampMs = 1_005);

        assertThat(validate(batch)).isEmpty();
    }

    @Test
    void anOverlongVarintIsFound() {
        byte[] sixByteLength = {(byte) 0x90, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};
        CraftedBatch batch = new CraftedBatch().addBytes(sixByteLength).addBytes(new byte[8]);

        assertDefect(validate(batch), Kind.MALFORMED, "more than 5 bytes");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aCompressedStreamThatDoesNotEndIsFound(Codec codec) {
        CraftedBatch batch = CraftedBatch.sound(50).compress(codec);
        byte[] frame = batch.records;
        for (int size = 0; size < frame.length; size++) {
            batch.records = ByteBuffer.allocate(size).put(frame, 0, size).array();
            assertThat(validate(batch))
                    .as("cut at %d of %d", size, frame.length)
                    .isPresent();
        }
    }

    @Test
    void theBatchLimitIsInclusiveAndComesFirst() {
        ByteBuffer batch = CraftedBatch.sound(10).build();
        int size = batch.limit();

        assertThat(BatchValidator.validate(batch, new Limits(size, 1_000, 1_000)))
                .isEmpty();
        assertDefect(
                BatchValidator.validate(batch.put(size - 1, (byte) 1), new Limits(size - 1, 1_000, 1_000)),
                Kind.TOO_LARGE,
                size + " bytes where " + (size - 1));
    }

    @Test
    void theRecordLimitIsInclusive() {
        for (CraftedBatch crafted :
                new CraftedBatch[] {CraftedBatch.sound(3), CraftedBatch.sound(3).compress()}) {
            ByteBuffer batch = crafted.build();
            assertThat(BatchValidator.validate(batch, new Limits(1_000, 8, 1_000)))
                    .isEmpty();
            assertDefect(
                    BatchValidator.validate(batch, new Limits(1_000, 7, 1_000)),
                    Kind.TOO_LARGE,
                    "a record of 8 bytes where 7");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void theLimitOfInflatedBytesIsInclusiveAndCountsOnlyWithACodec(Codec codec) {
        ByteBuffer plain = CraftedBatch.sound(10).build();
        ByteBuffer compressed = CraftedBatch.sound(10).compress(codec).build();
        int recordBytes = plain.limit() - BatchLayout.HEADER_BYTES;

        assertThat(BatchValidator.validate(plain, new Limits(1_000, 1_000, 0))).isEmpty();
        assertThat(BatchValidator.validate(compressed, new Limits(1_000, 1_000, recordBytes)))
                .isEmpty();
        assertDefect(
                BatchValidator.validate(compressed, new Limits(1_000, 1_000, recordBytes - 1)),
                Kind.TOO_LARGE,
                "inflates to more than");
    }

    private static Optional<BatchDefect> validate(CraftedBatch batch) {
        return BatchValidator.validate(batch.build(), LIMITS);
    }

    private static void assertDefect(Optional<BatchDefect> found, Kind kind, String what) {
        assertThat(found).hasValueSatisfying(defect -> {
            assertThat(defect.kind()).as(defect.what()).isEqualTo(kind);
            assertThat(defect.what()).contains(what);
        });
    }

    private static Arguments header(String rule, Consumer<CraftedBatch> change, Kind kind, String what) {
        return Arguments.of(rule, change, kind, what);
    }

    private static Arguments record(String rule, Consumer<RawRecord> change, String what) {
        return Arguments.of(rule, new RawRecord(1).with(change), what);
    }
}
