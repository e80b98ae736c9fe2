package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LogTailTest {
    private static final int MAX = LogTail.MAX_BYTES;

    private final TailBudget budget = new TailBudget(2L * MAX);
    private final LogTail tail = new LogTail(budget);

    @Test
    void smallBatchesAreReadTogetherUpToTheEndAndTheBytesAskedFor() {
        add(10, 12, 100);
        add(12, 13, 100);
        add(13, 20, 100);

        assertThat(tail.read(11, 20, 1000)).isEqualTo(slice(10, 20, 10, 100, 12, 100, 13, 100));
        assertThat(tail.read(10, 19, 1000)).isEqualTo(slice(10, 13, 10, 100, 12, 100));
        assertThat(tail.read(10, 20, 250)).isEqualTo(slice(10, 13, 10, 100, 12, 100));
        assertThat(tail.read(12, 20, 1)).as("one batch always comes").isEqualTo(slice(12, 13, 12, 100));
        assertThat(tail.read(13, 19, 1000)).as("beyond the end").isEqualTo(LogSlice.empty(13));
    }

    @Test
    void whatIsNotThereIsLeftToTheFile() {
        assertThat(tail.read(0, 100, 1000)).isNull();
        add(10, 12, 100);
        assertThat(tail.read(9, 12, 1000)).as("before").isNull();
        assertThat(tail.read(12, 12, 1000)).as("behind").isNull();
    }

    @Test
    void aLargeBatchIsReadWithoutACopyAndLeavesItsPositionAlone() {
        ByteBuffer batch = bytes(7, MAX / 2);
        tail.add(0, 5, batch);

        LogSlice read = Objects.requireNonNull(tail.read(0, 5, 1));

        batch.put(0, (byte) 9);
        assertThat(read.batches().get(0)).as("the same bytes").isEqualTo((byte) 9);
        read.batches().position(3);
        assertThat(batch.position()).isZero();
    }

    @Test
    void theOldestMakeRoomAndTheRestHasNoGap() {
        for (int i = 0; i < 5; i++) {
            add(i, i + 1, MAX / 4);
        }
        assertThat(tail.read(0, 5, 1)).isNull();
        assertThat(tail.read(1, 5, 1)).isEqualTo(slice(1, 2, 1, MAX / 4));
        assertThat(tail.read(4, 5, 1)).isEqualTo(slice(4, 5, 4, MAX / 4));
    }

    @Test
    void aBatchThatFindsNoRoomLeavesNothingBeforeItEither() {
        add(0, 1, 100);
        add(1, 2, MAX + 1);
        assertThat(tail.read(0, 2, 1000)).isNull();
        assertThat(tail.read(1, 2, 1000)).isNull();
    }

    @Test
    void theTailsOfAllLogsShareABudgetAndGiveItBack() {
        LogTail other = new LogTail(budget);
        for (int i = 0; i < 4; i++) {
            add(i, i + 1, MAX / 4);
            other.add(i, i + 1, bytes(i, MAX / 4));
        }
        LogTail third = new LogTail(budget);
        third.add(0, 1, bytes(0, 1));
        assertThat(third.read(0, 1, 1)).as("nothing is left").isNull();

        add(4, 5, MAX / 4);
        assertThat(tail.read(4, 5, 1)).as("what it drops itself is its own").isNotNull();

        other.clear();
        third.add(1, 2, bytes(1, MAX));
        assertThat(third.read(1, 2, 1)).isNotNull();
    }

    private void add(long baseOffset, long nextOffset, int size) {
        tail.add(baseOffset, nextOffset, bytes((int) baseOffset, size));
    }

    private static ByteBuffer bytes(int value, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    /** @param parts value and size by turns */
    private static LogSlice slice(long baseOffset, long nextOffset, int... parts) {
        ByteBuffer all = ByteBuffer.allocate(4 * MAX);
        for (int i = 0; i < parts.length; i += 2) {
            all.put(bytes(parts[i], parts[i + 1]));
        }
        return new LogSlice(baseOffset, nextOffset, all.flip().slice());
    }
}
