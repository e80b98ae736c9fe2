package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No single flipped bit passes, but for the twelve bytes that are outside the CRC and checked by context elsewhere. */
class BitFlipTest {

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitOfABatchAloneIsFound(Codec codec) {
        ByteBuffer batch = batch(codec, 40);

        assertThat(flipsThatPass(batch, batch.limit(), BitFlipTest::passesAlone))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitOfABatchBeforeAnotherOneIsFound(Codec codec) {
        ByteBuffer first = batch(codec, 40);
        ByteBuffer second = batch(codec, 700);
        ByteBuffer both = ByteBuffer.allocate(first.limit() + second.limit());
        both.put(first.duplicate()).put(second).flip();

        assertThat(passesFirst(both)).as("the batch as it was").isTrue();
        assertThat(flipsThatPass(both, first.limit(), BitFlipTest::passesFirst)).isEmpty();
    }

    private static ByteBuffer batch(Codec codec, int count) {
        return TestRecord.encode(
                codec,
                IntStream.range(0, count)
                        .mapToObj(i -> TestRecord.of(1_000 + i, "key" + i, "value " + i * i))
                        .toList());
    }

    private interface Check {
        boolean passes(ByteBuffer batches);
    }

    private static boolean passesAlone(ByteBuffer bytes) {
        try {
            return RecordBatch.wrap(bytes).isCrcValid();
        } catch (CorruptBatchException e) {
            return false;
        }
    }

    private static boolean passesFirst(ByteBuffer bytes) {
        try {
            BatchSplitter splitter = new BatchSplitter(bytes);
            return splitter.next() && splitter.batch().isCrcValid();
        } catch (CorruptBatchException e) {
            return false;
        }
    }

    private static List<String> flipsThatPass(ByteBuffer bytes, int endExclusive, Check check) {
        List<String> passing = new ArrayList<>();
        for (int at = BatchLayout.LENGTH_AT; at < endExclusive; at++) {
            if (at >= BatchLayout.PARTITION_LEADER_EPOCH_AT && at < BatchLayout.MAGIC_AT) {
                continue;
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte right = bytes.get(at);
                bytes.put(at, (byte) (right ^ 1 << bit));
                if (check.passes(bytes)) {
                    passing.add("byte " + at + ", bit " + bit);
                }
                bytes.put(at, right);
            }
        }
        return passing;
    }
}
