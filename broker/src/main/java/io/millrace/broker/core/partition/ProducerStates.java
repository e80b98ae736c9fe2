package io.millrace.broker.core.partition;

import io.millrace.broker.core.ErrorReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What one partition's log says of its idempotent producers: of each, the newest epoch and the last batches in it (R38).
 *
 * <p>A function of the log and of nothing else: two replicas with the same batches hold the same state, and
 * {@link #remembered} fed to an empty one makes it anew. So producers are forgotten by count, the one that has been silent
 * for the most offsets first, and not by time: the only times in a log are the producers' own, and one clock that is
 * wrong would then drop everybody else.
 */
public final class ProducerStates {
    /** About 2 MB at worst. */
    public static final int MAX_PRODUCERS = 5_000;

    private final int maxProducers;
    /** In the order of the producers' last batches. */
    private final LinkedHashMap<Long, ProducerWindow> windows = new LinkedHashMap<>();

    private long endOffset = -1;

    public ProducerStates() {
        this(MAX_PRODUCERS);
    }

    ProducerStates(int maxProducers) {
        this.maxProducers = maxProducers;
    }

    /**
     * Whether a leader may append the batch; changes nothing.
     *
     * @param offered its base offset means nothing
     */
    public SequenceVerdict verdict(ProducedBatch offered) {
        ProducerWindow window = windows.get(offered.producerId());
        if (window != null) {
            return window.verdict(offered);
        }
        if (offered.baseSequence() == 0) {
            return new SequenceVerdict.Append();
        }
        return ProducerWindow.refused(
                ErrorReason.UNKNOWN_PRODUCER_ID,
                offered,
                "nothing is known of it here, so it may begin with sequence 0 only, not with "
                        + offered.baseSequence());
    }

    /** A batch was appended, by whichever role; to be told in the order of the log, once it has succeeded (R39). */
    public void onAppended(ProducedBatch batch) {
        ProducerWindow window = windows.remove(batch.producerId());
        if (window == null) {
            window = new ProducerWindow();
        }
        window.add(batch);
        windows.put(batch.producerId(), window);
        endOffset = batch.endOffset();
        if (windows.size() > maxProducers) {
            windows.remove(windows.keySet().iterator().next());
        }
    }

    /** End of the last batch that any producer has appended, exclusive; -1 where there was none. */
    public long endOffset() {
        return endOffset;
    }

    /** Every batch that is remembered, in the order of the log. */
    public List<ProducedBatch> remembered() {
        List<ProducedBatch> all = new ArrayList<>();
        windows.values().forEach(window -> window.batches().forEach(all::add));
        all.sort(Comparator.comparingLong(ProducedBatch::baseOffset));
        return all;
    }
}
