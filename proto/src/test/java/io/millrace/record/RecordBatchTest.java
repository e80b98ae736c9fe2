package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordBatchTest {

    @Test
    void everyHeaderFieldIsReadFromItsOwnPlace() {
        ByteBuffer bytes = CraftedBatch.sound(3)
                .with(batch -> {
                    batch.attributes = 0x8034;
                    batch.lastOffsetDelta = 0x11121314;
                    batch.baseTimestampMs = 0x2122232425262728L;
                    batch.maxTimestampMs = 0x3132333435363738L;
                    batch.producerId = 0x4142434445464748L;
                    batch.producerEpoch = 0x5152;
                    batch.baseSequence = 0x61626364;
                    batch.recordCount = 0x71727374;
                })
                .build();
        RecordBatch batch = RecordBatch.wrap(bytes);
        batch.stamp(0x0102030405060708L, 0x090a0b0c);

        assertThat(batch.baseOffset()).isEqualTo(0x0102030405060708L);
        assertThat(batch.sizeInBytes()).isEqualTo(bytes.limit());
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(0x090a0b0c);
        assertThat(batch.attributes()).isEqualTo(0x8034);
        assertThat(batch.codec()).isEqualTo(Codec.ZSTD);
        assertThat(batch.isTransactional()).isTrue();
        assertThat(batch.isControl()).isTrue();
        assertThat(batch.isLogAppendTime()).isFalse();
        assertThat(batch.lastOffsetDelta()).isEqualTo(0x11121314);
        assertThat(batch.lastOffset()).isEqualTo(0x0102030405060708L + 0x11121314);
        assertThat(batch.nextOffset()).isEqualTo(batch.lastOffset() + 1);
        assertThat(batch.baseTimestampMs()).isEqualTo(0x2122232425262728L);
        assertThat(batch.maxTimestampMs()).isEqualTo(0x3132333435363738L);
        assertThat(batch.producerId()).isEqualTo(0x4142434445464748L);
        assertThat(batch.producerEpoch()).isEqualTo((short) 0x5152);
        assertThat(batch.baseSequence()).isEqualTo(0x61626364);
        assertThat(batch.recordCount()).isEqualTo(0x71727374);
    }

    @Test
    void aStampShowsInTheRecordsOffsetsAndLeavesTheCrcValid() {
        ByteBuffer bytes = TestRecord.encode(
                Codec.ZSTD, List.of(TestRecord.of(5, "a", "b"), TestRecord.of(4, null, "c"), TestRecord.of(6, "", "")));
        long crc = RecordBatch.wrap(bytes).crc();
        RecordBatch batch = RecordBatch.wrap(bytes);
        batch.stamp(9_000_000_000L, 12);

        assertThat(batch.isCrcValid()).isTrue();
        assertThat(batch.crc()).isEqualTo(crc);
        assertThat(batch.nextOffset()).isEqualTo(9_000_000_003L);
        try (RecordReader reader = batch.records(1_000)) {
            reader.next();
            reader.next();
            assertThat(reader.record().offset()).isEqualTo(9_000_000_001L);
        }
    }

    @Test
    void aReadOnlyBatchCannotBeStamped() {
        RecordBatch batch = RecordBatch.wrap(CraftedBatch.sound(1).build().asReadOnlyBuffer());

        assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> batch.stamp(1, 1));
    }

    @Test
    void directReadOnlyAndShiftedBuffersReadAlike() {
        List<TestRecord> records = List.of(TestRecord.of(5, "a", "b"), TestRecord.of(4, null, "c"));
        for (Codec codec : List.of(Codec.NONE, Codec.ZSTD)) {
            ByteBuffer heap = TestRecord.encode(codec, records);
            ByteBuffer direct = ByteBuffer.allocateDirect(heap.limit() + 9).position(4);
            direct.put(heap.duplicate()).flip().position(4);

            assertThat(TestRecord.decode(direct)).isEqualTo(records);
            assertThat(TestRecord.decode(heap.asReadOnlyBuffer())).isEqualTo(records);
            assertThat(RecordBatch.wrap(direct).isCrcValid()).isTrue();
            assertThat(direct.position()).isEqualTo(4);
        }
    }

    @Test
    void wrapTakesExactlyOneBatch() {
        ByteBuffer batch = CraftedBatch.sound(2).build();
        ByteBuffer longer = ByteBuffer.allocate(batch.limit() + 1).put(batch).rewind();

        assertThatExceptionOfType(CorruptBatchException.class).isThrownBy(() -> RecordBatch.wrap(longer));
        for (int size = 0; size < batch.limit(); size++) {
            ByteBuffer shorter = batch.slice(0, size);
            assertThatExceptionOfType(CorruptBatchException.class)
                    .as("cut at %d", size)
                    .isThrownBy(() -> RecordBatch.wrap(shorter));
        }
    }

    @Test
    void theCodecIdsAreTheLayouts() {
        assertThat(Codec.values()).extracting(Codec::id).containsExactly(0, 1, 2, 3, 4);
        for (Codec codec : Codec.values()) {
            assertThat(Codec.ofId(codec.id())).isEqualTo(codec);
        }
        for (int unknown : List.of(5, 6, 7)) {
            assertThatExceptionOfType(CorruptBatchException.class)
                    .isThrownBy(() -> Codec.ofId(unknown))
                    .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.UNSUPPORTED_CODEC));
        }
    }
}
