package io.millrace.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Murmur2;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionChoiceTest {
    private static final ByteBuffer KEY = ByteBuffer.wrap(new byte[] {'k'});

    @Test
    void aPartitionThatWasAskedForWinsOverTheKey() {
        assertThat(new PartitionChoice(2, 3, 0).next(KEY)).isEqualTo(2);
    }

    @Test
    void aKeyAlwaysFindsItsPartition() {
        PartitionChoice choice = new PartitionChoice(null, 7, 0);
        choice.onBatchAnswered();
        assertThat(choice.next(KEY)).isEqualTo(Murmur2.partitionOf(KEY, 7));
    }

    @Test
    void recordsWithoutAKeyStayTogetherUntilTheirBatchIsAnswered() {
        PartitionChoice choice = new PartitionChoice(null, 3, 2);
        List<Integer> partitions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            partitions.add(choice.next(null));
            choice.onAppended(10);
            if (i % 2 == 1) {
                choice.onBatchAnswered();
            }
        }
        assertThat(partitions).containsExactly(2, 2, 0, 0);
    }

    @Test
    void aFastSourceMovesOnAfterABatchsWorth() {
        PartitionChoice choice = new PartitionChoice(null, 3, 0);
        choice.onAppended(64 << 10);
        assertThat(choice.next(null)).isEqualTo(1);
    }
}
