package io.millrace.broker.log;

import io.millrace.broker.core.partition.EpochEnd;
import io.millrace.broker.core.partition.EpochLookup;
import java.util.Arrays;

/**
 * Which leader epoch wrote which offsets of one log: the epochs of its batches, each with the offset of its first batch,
 * both strictly ascending. An immutable snapshot. Derived from the batches and from nothing else, so an epoch that wrote
 * no batch is not in it (there is nothing about it to disagree on).
 */
public final class EpochHistory implements EpochLookup {
    /** The last epoch of a log without batches. */
    public static final int NO_EPOCH = -1;

    private static final EpochHistory EMPTY = new EpochHistory(new int[0], new long[0], 0);

    private final int[] epochs;
    private final long[] startOffsets;
    private final long logEndOffset;

    private EpochHistory(int[] epochs, long[] startOffsets, long logEndOffset) {
        this.epochs = epochs;
        this.startOffsets = startOffsets;
        this.logEndOffset = logEndOffset;
    }

    static EpochHistory empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return epochs.length == 0;
    }

    /** How many epochs wrote batches. */
    public int size() {
        return epochs.length;
    }

    /** @param index from 0, oldest first */
    public int epochAt(int index) {
        return epochs[index];
    }

    /** @param index from 0, oldest first */
    public long startOffsetAt(int index) {
        return startOffsets[index];
    }

    /** Of the last batch, {@link #NO_EPOCH} where there is none. */
    @Override
    public int lastEpoch() {
        return isEmpty() ? NO_EPOCH : epochs[epochs.length - 1];
    }

    /** Of the batch that holds {@code offset}; {@link #NO_EPOCH} below the first batch. */
    public int epochOf(long offset) {
        int index = floor(startOffsets, offset);
        return index < 0 ? NO_EPOCH : epochs[index];
    }

    /**
     * The largest epoch of this log at or below {@code epoch}, with its end: the start of the next one, or the log end
     * (N9). Where this log has none so old, the asked epoch itself, with the start of the oldest (R7), or the log end if
     * there is no batch.
     */
    @Override
    public EpochEnd endOf(int epoch) {
        int index = floor(epochs, epoch);
        long end = index + 1 < epochs.length ? startOffsets[index + 1] : logEndOffset;
        return new EpochEnd(index < 0 ? epoch : epochs[index], end);
    }

    EpochHistory withLogEnd(long endOffset) {
        return new EpochHistory(epochs, startOffsets, endOffset);
    }

    /** Whether an epoch with that start can come next: both ascend, and neither is negative. */
    boolean isFollowedBy(int epoch, long startOffset) {
        return epoch > lastEpoch() && startOffset > (isEmpty() ? -1 : startOffsets[startOffsets.length - 1]);
    }

    /** With one more epoch, which is higher than the last, from {@code startOffset} on. */
    EpochHistory plus(int epoch, long startOffset) {
        int[] moreEpochs = Arrays.copyOf(epochs, epochs.length + 1);
        long[] moreStarts = Arrays.copyOf(startOffsets, startOffsets.length + 1);
        moreEpochs[epochs.length] = epoch;
        moreStarts[epochs.length] = startOffset;
        return new EpochHistory(moreEpochs, moreStarts, logEndOffset);
    }

    /** What is left when the log holds only the offsets from {@code start}, inclusive, to {@code end}, exclusive. */
    EpochHistory within(long start, long end) {
        EpochHistory kept = empty().withLogEnd(end);
        for (int i = 0; i < epochs.length; i++) {
            long from = Math.max(startOffsets[i], start);
            long to = Math.min(i + 1 < epochs.length ? startOffsets[i + 1] : end, end);
            kept = from < to ? kept.plus(epochs[i], from) : kept;
        }
        return kept;
    }

    /** Largest index whose value is at or below {@code wanted}, or -1. */
    private static int floor(long[] ascending, long wanted) {
        int found = Arrays.binarySearch(ascending, wanted);
        return found >= 0 ? found : -found - 2;
    }

    private static int floor(int[] ascending, int wanted) {
        int found = Arrays.binarySearch(ascending, wanted);
        return found >= 0 ? found : -found - 2;
    }

    /** Whether both name the same epochs with the same starts, wherever the logs end. */
    boolean hasSameEpochs(EpochHistory other) {
        return Arrays.equals(epochs, other.epochs) && Arrays.equals(startOffsets, other.startOffsets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochHistory that && logEndOffset == that.logEndOffset && hasSameEpochs(that);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(epochs) + Arrays.hashCode(startOffsets);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < epochs.length; i++) {
            text.append(epochs[i]).append('@').append(startOffsets[i]).append(' ');
        }
        return text.append("end@").append(logEndOffset).append(']').toString();
    }
}
