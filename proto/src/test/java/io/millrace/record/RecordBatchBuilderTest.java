package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordBatchBuilderTest {
    private static final BatchValidator.Limits WIDE =
            new BatchValidator.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    @ParameterizedTest
    @EnumSource
    void whatIsBuiltIsReadBackAndAcceptedAndNeverLargerThanEstimated(Codec codec) {
        long seed = System.nanoTime();
        RandomRecords random = new RandomRecords(seed);
        for (int i = 0; i < 150; i++) {
            List<TestRecord> records = random.next();
            RecordBatchBuilder builder = new RecordBatchBuilder(codec);
            int before = builder.estimatedSizeInBytes();
            for (TestRecord record : records) {
                record.appendTo(builder);
                int added = builder.estimatedSizeInBytes() - before;
                before += added;
                if (codec == Codec.NONE) {
                    assertThat(added)
                            .isLessThanOrEqualTo(RecordBatchBuilder.maxRecordSizeInBytes(
                                    record.key(), record.value(), record.headers()));
                }
            }
            ByteBuffer batch = builder.build();

            assertThat(TestRecord.decode(batch))
                    .as("seed %d, batch %d", seed, i)
                    .isEqualTo(records);
            assertThat(BatchValidator.validate(batch, WIDE))
                    .as("seed %d, batch %d", seed, i)
                    .isEmpty();
            assertThat(batch.limit()).as("seed %d, batch %d", seed, i).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void theEstimateIsExactWithoutACodec() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        assertThat(builder.estimatedSizeInBytes()).isEqualTo(BatchLayout.HEADER_BYTES);
        TestRecord.of(1, "key", "value", TestRecord.header("h", null)).appendTo(builder);
        int estimated = builder.estimatedSizeInBytes();

        assertThat(builder.build().limit()).isEqualTo(estimated);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatCannotBeCompressedGrowsByNoMoreThanTheEstimate(Codec codec) {
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        RecordBatchBuilder builder = new RecordBatchBuilder(codec).append(1, null, ByteBuffer.wrap(noise), List.of());
        int estimated = builder.estimatedSizeInBytes();

        assertThat(builder.build().limit()).isBetween(noise.length, estimated);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void repetitiveRecordsAreCompressed(Codec codec) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(codec).append(1, null, ByteBuffer.allocate(100_000), List.of());

        // Snappy has the shortest matches: 64 bytes in 3.
        assertThat(builder.build().limit()).isLessThan(100_000 / 20);
    }

    @Test
    void aBatchLooksAsAProducerSendsIt() {
        RecordBatch batch = RecordBatch.wrap(new RecordBatchBuilder(Codec.NONE)
                .append(70, null, null, List.of())
                .append(90, null, null, List.of())
                .append(10, null, null, List.of())
                .build());

        assertThat(batch.baseOffset()).isZero();
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(-1);
        assertThat(batch.lastOffsetDelta()).isEqualTo(2);
        assertThat(batch.baseTimestampMs()).isEqualTo(70);
        assertThat(batch.maxTimestampMs()).isEqualTo(90);
        assertThat(batch.producerId()).isEqualTo(-1);
        assertThat(batch.producerEpoch()).isEqualTo((short) -1);
        assertThat(batch.baseSequence()).isEqualTo(-1);
    }

    @Test
    void aProducerIsWrittenIntoTheHeader() {
        RecordBatch batch = RecordBatch.wrap(new RecordBatchBuilder(Codec.ZSTD)
                .producer(1L << 40, (short) 3, 99)
                .append(1, null, null, List.of())
                .build());

        assertThat(batch.producerId()).isEqualTo(1L << 40);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.baseSequence()).isEqualTo(99);
        assertThat(BatchValidator.validate(batch.buffer(), WIDE)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordBatchBuilder(Codec.NONE).producer(1, (short) 0, -1));
    }

    @Test
    void onlyPositionToLimitIsTakenAndNoPositionMoves() {
        ByteBuffer text =
                ByteBuffer.wrap(CraftedBatch.ascii("xxkeyxx")).position(2).limit(5);
        ByteBuffer batch = new RecordBatchBuilder(Codec.NONE)
                .append(1, text, text.asReadOnlyBuffer(), List.of(new Header("h", text)))
                .build();

        assertThat(TestRecord.decode(batch))
                .containsExactly(TestRecord.of(1, "key", "key", TestRecord.header("h", "key")));
        assertThat(text.position()).isEqualTo(2);
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndLeavesTheBatchAsItWas() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE).append(1, null, null, List.of());
        int size = builder.estimatedSizeInBytes();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.append(-1, null, null, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.append(1, null, null, List.of(TestRecord.header("\ud800", ""))));
        assertThat(builder.estimatedSizeInBytes()).isEqualTo(size);
        assertThat(builder.recordCount()).isEqualTo(1);
    }

    @Test
    void aBatchIsBuiltOnceAndNeverEmpty() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        assertThatIllegalStateException().isThrownBy(builder::build);
        builder.append(1, null, null, List.of()).build();

        assertThatIllegalStateException().isThrownBy(builder::build);
        assertThatIllegalStateException().isThrownBy(() -> builder.append(1, null, null, List.of()));
    }
}
