package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSplitterTest {
    private static final ByteBuffer FIRST = batchOf(1);
    private static final ByteBuffer SECOND = batchOf(2);

    private static ByteBuffer batchOf(int count) {
        return CraftedBatch.sound(count).build().asReadOnlyBuffer();
    }

    private static ByteBuffer both() {
        return ByteBuffer.allocate(FIRST.limit() + SECOND.limit())
                .put(FIRST.duplicate())
                .put(SECOND.duplicate())
                .flip();
    }

    @Test
    void aBufferCutAtEveryByteYieldsItsWholeBatchesAndSaysWhereThePartialOneBegins() {
        for (int end = 0; end <= FIRST.limit() + SECOND.limit(); end++) {
            ByteBuffer cut = both().limit(end);
            List<RecordBatch> whole = BatchSplitter.split(cut);

            int count = end < FIRST.limit() ? 0 : end < FIRST.limit() + SECOND.limit() ? 1 : 2;
            assertThat(whole).as("cut at %d", end).hasSize(count);
            assertThat(cut.position())
                    .as("cut at %d", end)
                    .isEqualTo(IntStream.range(0, count)
                            .map(i -> i == 0 ? FIRST.limit() : SECOND.limit())
                            .sum());
        }
    }

    @Test
    void theViewsShareTheBufferSoThatAStampReachesIt() {
        ByteBuffer shifted = ByteBuffer.allocate(500).position(7);
        shifted.put(both()).flip().position(7);
        List<RecordBatch> whole = BatchSplitter.split(shifted.duplicate());
        whole.get(1).stamp(77, 5);

        assertThat(shifted.getLong(7 + FIRST.limit())).isEqualTo(77);
        assertThat(whole.get(0).buffer()).isEqualTo(FIRST);
        assertThat(whole.get(1).recordCount()).isEqualTo(2);
    }

    @Test
    void aWrongMagicIsFoundBeforeTheWholeBatchIsThere() {
        ByteBuffer wrong = both().put(FIRST.limit() + BatchLayout.MAGIC_AT, (byte) 1);
        BatchSplitter splitter = new BatchSplitter(wrong.limit(FIRST.limit() + BatchLayout.MAGIC_AT + 1));

        assertThat(splitter.next()).isTrue();
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(splitter::next)
                .withMessageContaining("magic 1");
        assertThat(splitter.consumedBytes()).isEqualTo(FIRST.limit());
        assertThat(splitter.remainingBytes()).isEqualTo(BatchLayout.MAGIC_AT + 1);
        assertThatIllegalStateException().isThrownBy(splitter::batch);
    }

    @Test
    void zeroesAreNoBatch() {
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> BatchSplitter.split(ByteBuffer.allocate(100)));
    }

    @Test
    void aLengthThatOverflowsIsNeitherNegativeNorWhole() {
        ByteBuffer huge = both().putInt(BatchLayout.LENGTH_AT, Integer.MAX_VALUE);

        assertThat(BatchSplitter.split(huge)).isEmpty();
        assertThat(BatchLayout.sizeInBytesAt(huge, 0)).isEqualTo(Integer.MAX_VALUE + 12L);
    }
}
