package io.millrace.broker.core.group;

/** How far a group is. */
public enum GroupState {
    /** Nobody is in it; it may have offsets. */
    EMPTY,
    /** Somebody has not yet what is meant for it, or has still what is meant for another. */
    REBALANCING,
    /** Each has what is meant for it. */
    STABLE
}
