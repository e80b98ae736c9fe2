package io.millrace.broker.core.partition;

import java.util.Map;
import java.util.TreeMap;

/** Epochs of a log, written down as (epoch, start offset) pairs and the log's end. */
record FakeEpochs(TreeMap<Integer, Long> starts, long logEndOffset) implements EpochLookup {

    /** @param pairs epoch, start offset, epoch, start offset, … */
    static FakeEpochs of(long logEndOffset, long... pairs) {
        TreeMap<Integer, Long> starts = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            starts.put((int) pairs[i], pairs[i + 1]);
        }
        return new FakeEpochs(starts, logEndOffset);
    }

    @Override
    public int lastEpoch() {
        return starts.isEmpty() ? -1 : starts.lastKey();
    }

    @Override
    public EpochEnd endOf(int epoch) {
        Map.Entry<Integer, Long> above = starts.higherEntry(epoch);
        Integer known = starts.floorKey(epoch);
        long end = above == null ? logEndOffset : above.getValue();
        return new EpochEnd(known == null ? epoch : known, end);
    }

    /** What is left after a cut. */
    FakeEpochs cutTo(long offset) {
        TreeMap<Integer, Long> kept = new TreeMap<>(starts);
        kept.values().removeIf(start -> start >= offset);
        return new FakeEpochs(kept, offset);
    }
}
