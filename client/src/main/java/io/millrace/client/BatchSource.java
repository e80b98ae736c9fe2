package io.millrace.client;

import org.jspecify.annotations.Nullable;

/** Where the batches of one partition come from, in order. */
interface BatchSource {
    /**
     * How long until {@link #take} gives one, 0 where it would now, {@code Long.MAX_VALUE} where there is none.
     *
     * @param isBusy whether an earlier batch is on its way: while it is, this one may as well fill
     */
    long readyInNs(long nowNs, boolean isBusy);

    /** The next one, which is closed by that where it was still being filled; null where none is ready. */
    @Nullable
    SendBatch take(long nowNs, boolean isBusy);

    /**
     * Takes out what was not sent before its deadline, or everything.
     *
     * @return the next such batch; null where there is none left
     */
    @Nullable
    SendBatch takeExpired(long nowNs, boolean all);

    /** Nothing waits here; the source will report itself when that changes. False, with no effect, where something does. */
    boolean sleep();
}
