package io.millrace.lab.history.check;

import java.util.Locale;

/** What must not be in a history, with the invariant that it breaks. */
public enum Anomaly {
    /** Acknowledged and not there. */
    LOST_WRITE("S1"),
    /** Acknowledged, and the readers at the end of the run did not get so far. */
    UNSEEN("L4"),
    /** One offset, two values. */
    INCONSISTENT_OFFSETS("S2"),
    /** Its writer was told for certain that it is not stored, and it is. */
    ABORTED_READ("S3"),
    /** One record at two offsets. */
    DUPLICATE("S4"),
    /** One producer's records in another order than it sent them. */
    NONMONOTONIC_SEND("S5"),
    /** A consumer left records out between two answers. */
    POLL_SKIP("S6"),
    /** A consumer was given again what it had read. */
    NONMONOTONIC_POLL("S6"),
    /** Records are left out within an answer. */
    INT_POLL_SKIP("S6"),
    /** Records go backwards within an answer. */
    INT_NONMONOTONIC_POLL("S6"),
    /** What was sent later lies before what was there already. */
    REALTIME_ORDER("S7"),
    /** Read once, and gone. */
    VANISHED("S8"),
    /** Read at or above the high watermark of the same answer. */
    READ_ABOVE_HIGH_WATERMARK("S9"),
    /** The high watermark that clients are told goes back. */
    HIGH_WATERMARK_BACK("S10"),
    /** Two brokers lead in one leader epoch. */
    TWO_LEADERS("S11"),
    /** Two brokers append in one leader epoch. */
    TWO_APPENDERS("S11"),
    /** A leader epoch or a partition epoch goes back. */
    EPOCH_BACK("S12"),
    /** A leader that was neither in sync nor eligible. */
    LEADER_OUTSIDE_ISR("S14"),
    /** A log is cut below its high watermark. */
    CUT_BELOW_HIGH_WATERMARK("S18"),
    /** The high watermark of a leader goes back within its epoch. */
    LEADER_HIGH_WATERMARK_BACK("S19"),
    /** A record that nobody sent. */
    UNSENT("S25"),
    /** A record was read before it was sent. */
    PRECOMMITTED_READ("S25"),
    /** What a group has committed goes back, and nobody asked for that. */
    COMMIT_BACK("S26"),
    /** A commit was stored for a member that does not own the partition. */
    COMMIT_BY_NON_OWNER("S26"),
    /** A group commits records that none of its members has read. */
    GROUP_SKIP("S26"),
    /** A new owner begins before what was committed. */
    REDELIVERED_BELOW_COMMIT("S26"),
    /** One partition, two members, one generation. */
    TWO_OWNERS("S27");

    private final String invariant;

    Anomaly(String invariant) {
        this.invariant = invariant;
    }

    /** Id in docs/INVARIANTS.md and docs/history.md. */
    public String invariant() {
        return invariant;
    }

    /** As it is written for people and programs. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
