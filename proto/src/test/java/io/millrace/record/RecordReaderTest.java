package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.luben.zstd.ZstdCompressCtx;
import com.sun.management.ThreadMXBean;
import io.millrace.record.CraftedBatch.RawRecord;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private static final int HEADER = BatchLayout.HEADER_BYTES;
    private static final long MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @EnumSource
    void recordsCutAtAnyByteAreCorruptAndNothingElse(Codec codec) {
        ByteBuffer batch = TestRecord.encode(codec, new RandomRecords(7).next().subList(0, 5));
        for (int size = HEADER; size < batch.limit(); size++) {
            ByteBuffer cut = ByteBuffer.allocate(size).put(batch.slice(0, size)).flip();
            RecordBatch whole = RecordBatch.wrap(CraftedBatch.withCrc(cut));

            assertThatExceptionOfType(CorruptBatchException.class)
                    .as("cut at %d of %d", size, batch.limit())
                    .isThrownBy(() -> walk(whole, MEBIBYTE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesChangedAtRandomAreReadOrCorruptAndNothingElse(Codec codec) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuffer batch = TestRecord.encode(codec, new RandomRecords(8).next().subList(0, 5));
        for (int i = 0; i < 5_000; i++) {
            ByteBuffer changed =
                    ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = BatchLayout.ATTRIBUTES_AT + random.nextInt(batch.limit() - BatchLayout.ATTRIBUTES_AT);
                changed.put(at, (byte) random.nextInt());
            }
            RecordBatch tampered = RecordBatch.wrap(CraftedBatch.withCrc(changed));
            try {
                walk(tampered, MEBIBYTE);
            } catch (CorruptBatchException e) {
                assertThat(e.defect().what()).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", change " + i, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLyingRecordLengthAllocatesNothing(boolean compressed) {
        CraftedBatch lying = CraftedBatch.sound(1)
                .with(batch -> batch.records = CraftedBatch.varint(BatchLayout.MAX_RECORD_BYTES - 1))
                .addBytes((byte) 0, (byte) 0);

        assertThat(allocatedUntilCorrupt(compressed ? lying.compress() : lying)).isLessThan(MEBIBYTE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lyingCountsAllocateNothing(boolean compressed) {
        CraftedBatch lying = new CraftedBatch().add(new RawRecord(0).with(record -> {
                    record.headerCount = Integer.MAX_VALUE;
                    record.afterHeaderCount = new byte[] {0, 0};
                }));
        lying.recordCount = Integer.MAX_VALUE;

        assertThat(allocatedUntilCorrupt(compressed ? lying.compress() : lying)).isLessThan(MEBIBYTE);
    }

    /** The bomb is a gibibyte in some dozens of kilobytes: one record that claims to be that long. */
    @Test
    void aZstdBombIsStoppedAtTheCap() {
        CraftedBatch bomb = new CraftedBatch().with(batch -> batch.records = bomb());
        bomb.attributes = Codec.ZSTD.id();
        RecordBatch batch = RecordBatch.wrap(bomb.build());

        assertThat(batch.sizeInBytes()).isLessThan(200_000);
        long before = allocated();
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> walk(batch, MEBIBYTE))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.TOO_LARGE))
                .withMessageContaining("more than " + MEBIBYTE);
        // Doubling up to the cap adds up to two caps, and one for the block that went beyond.
        assertThat(allocated() - before).isLessThan(5 * MEBIBYTE);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4"})
    void aBombOfAnotherCodecIsStoppedAtTheCapToo(Codec codec) {
        byte[] length = CraftedBatch.varint(1 << 25);
        CraftedBatch bomb = new CraftedBatch()
                .addBytes(ByteBuffer.allocate(1 << 25).put(length).array())
                .compress(codec);
        RecordBatch batch = RecordBatch.wrap(bomb.build());

        assertThat(batch.sizeInBytes()).isLessThan(1 << 21);
        long before = allocated();
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> walk(batch, MEBIBYTE))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.TOO_LARGE))
                .withMessageContaining("more than " + MEBIBYTE);
        assertThat(allocated() - before).isLessThan(5 * MEBIBYTE);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void theCapIsInclusive(Codec codec) {
        CraftedBatch crafted = CraftedBatch.sound(100);
        int inflatedBytes = crafted.records.length;
        RecordBatch batch = RecordBatch.wrap(crafted.compress(codec).build());

        assertThat(walk(batch, inflatedBytes)).isEqualTo(100);
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> walk(batch, inflatedBytes - 1))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.TOO_LARGE));
    }

    @Test
    void aFrameThatAsksForALargeWindowIsRefusedBeforeTheDecoderAllocatesIt() {
        CraftedBatch crafted = CraftedBatch.sound(1);
        crafted.attributes = Codec.ZSTD.id();
        // Magic, a frame descriptor with nothing set, a window of 2^27, one raw last block of three bytes.
        crafted.records = new byte[] {
            0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((27 - 10) << 3), (3 << 3) | 1, 0, 0, 1, 2, 3
        };
        RecordBatch batch = RecordBatch.wrap(crafted.build());

        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> walk(batch, MEBIBYTE))
                .havingCause()
                .withMessageContaining("too much memory");
    }

    @ParameterizedTest
    @EnumSource
    void bytesAfterTheRecordsAreCorrupt(Codec codec) {
        CraftedBatch crafted = CraftedBatch.sound(3).compress(codec).addBytes((byte) 0);
        RecordBatch batch = RecordBatch.wrap(crafted.build());

        assertThatExceptionOfType(CorruptBatchException.class).isThrownBy(() -> walk(batch, MEBIBYTE));
    }

    @Test
    void recordsInSeveralFramesAreOneStream() {
        CraftedBatch first = CraftedBatch.sound(2).compress();
        CraftedBatch second =
                new CraftedBatch().add(new RawRecord(2)).add(new RawRecord(3)).compress();
        RecordBatch batch = RecordBatch.wrap(first.addBytes(second.records)
                .with(crafted -> crafted.recordCount = 4)
                .build());

        assertThat(walk(batch, MEBIBYTE)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void recordsStayAsTheyWereWhenTheReaderMovesOnAndCloses(Codec codec) {
        List<TestRecord> sent = new RandomRecords(9).next();
        List<Record> kept = new ArrayList<>();
        try (RecordReader reader =
                RecordBatch.wrap(TestRecord.encode(codec, sent)).records(1 << 26)) {
            while (reader.next()) {
                kept.add(reader.record());
            }
        }

        assertThat(kept)
                .extracting(
                        record -> new TestRecord(record.timestampMs(), record.key(), record.value(), record.headers()))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @EnumSource
    void buffersOfARecordAreReadOnlyAndIndependent(Codec codec) {
        ByteBuffer batch =
                TestRecord.encode(codec, List.of(TestRecord.of(1, "key", "value", TestRecord.header("h", "x"))));
        try (RecordReader reader = RecordBatch.wrap(batch).records(MEBIBYTE)) {
            reader.next();
            Record record = reader.record();
            for (ByteBuffer first : buffersOf(record)) {
                assertThat(first.isReadOnly()).isTrue();
                first.position(first.limit());
            }
            assertThat(buffersOf(record))
                    .allSatisfy(again -> assertThat(again.remaining()).isPositive());
        }
    }

    @Test
    void aBatchThatCompactionEmptiedHasNoRecords() {
        CraftedBatch empty = new CraftedBatch().with(batch -> {
            batch.recordCount = 0;
            batch.lastOffsetDelta = 9;
        });

        assertThat(walk(RecordBatch.wrap(empty.build()), 0)).isZero();
    }

    @Test
    void thereIsNoRecordBeforeTheFirstOrAfterTheLast() {
        RecordReader reader = RecordBatch.wrap(CraftedBatch.sound(1).build()).records(0);
        assertThatIllegalStateException().isThrownBy(reader::record);
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isFalse();
        assertThatIllegalStateException().isThrownBy(reader::record);
        assertThat(reader.next()).isFalse();
        reader.close();
    }

    @Test
    void aCodecWithoutAMeaningIsNamed() {
        RecordBatch batch = RecordBatch.wrap(
                CraftedBatch.sound(1).with(crafted -> crafted.attributes = 6).build());

        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> batch.records(MEBIBYTE))
                .withMessageContaining("codec id 6");
    }

    private static List<ByteBuffer> buffersOf(Record record) {
        List<ByteBuffer> buffers = new ArrayList<>();
        buffers.add(record.key());
        buffers.add(record.value());
        buffers.add(record.headers().get(0).value());
        return buffers;
    }

    private static int walk(RecordBatch batch, long maxInflatedBytes) {
        int count = 0;
        try (RecordReader reader = batch.records(maxInflatedBytes)) {
            while (reader.next()) {
                count++;
            }
        }
        return count;
    }

    private static byte[] bomb() {
        int recordBytes = 1 << 29;
        byte[] target = new byte[200_000];
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            byte[] length = CraftedBatch.varint(recordBytes);
            byte[] zeroes = new byte[1 << 24];
            ByteBuffer frames = ByteBuffer.wrap(target);
            frames.put(context.compress(length));
            byte[] frame = context.compress(zeroes);
            for (int i = 0; i < recordBytes / zeroes.length; i++) {
                frames.put(frame);
            }
            return CraftedBatch.bytesOf(frames.flip());
        }
    }

    private static long allocatedUntilCorrupt(CraftedBatch crafted) {
        RecordBatch batch = RecordBatch.wrap(crafted.build());
        long before = allocated();
        assertThatExceptionOfType(CorruptBatchException.class).isThrownBy(() -> walk(batch, 1L << 40));
        return allocated() - before;
    }

    /** Bytes that this thread has ever allocated on the heap. */
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
