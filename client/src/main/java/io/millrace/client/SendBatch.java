package io.millrace.client;

/**
 * A closed batch on its way, as {@link SendMachine} sees it: its place among all that its producer sends, and what is
 * known of it. Belongs to the machine from the time it is taken.
 */
abstract class SendBatch {
    private final long deadlineNs;
    private long producerId = -1;
    private int producerEpoch = -1;
    private int sequence = -1;
    private boolean isInFlight;
    private boolean isUnknown;
    private boolean isDone;
    private boolean leavesGap;

    SendBatch(long deadlineNs) {
        this.deadlineNs = deadlineNs;
    }

    abstract int recordCount();

    abstract int sizeInBytes();

    final long deadlineNs() {
        return deadlineNs;
    }

    /** -1 while it names none. */
    final long producerId() {
        return producerId;
    }

    final int producerEpoch() {
        return producerEpoch;
    }

    final int sequence() {
        return sequence;
    }

    /** Gives the batch its place, or a new one, which may be done only while nobody can store it under the old one. */
    final void number(long newProducerId, int newEpoch, int newSequence) {
        producerId = newProducerId;
        producerEpoch = newEpoch;
        sequence = newSequence;
        isUnknown = false;
    }

    final boolean isInFlight() {
        return isInFlight;
    }

    final void onSent() {
        isInFlight = true;
    }

    /** The attempt is over: refused, or lost. */
    final void onAttemptOver(boolean mayBeStored) {
        isInFlight = false;
        isUnknown |= mayBeStored;
    }

    /** Whether an attempt that is over may have stored it, or may yet. */
    final boolean isUnknown() {
        return isUnknown;
    }

    /** Acknowledged or given up: whoever waits for it has been told, once. */
    final boolean isDone() {
        return isDone;
    }

    final void onGivenUp() {
        isDone = true;
        leavesGap = sequence >= 0 && !isInFlight && !isUnknown;
    }

    /** It is stored: nothing is missing where it was. */
    final void onStored() {
        isDone = true;
    }

    /** Whether it had a number and is certainly not stored under it, so that nothing numbered behind it can be. */
    final boolean leavesGap() {
        return leavesGap;
    }
}
