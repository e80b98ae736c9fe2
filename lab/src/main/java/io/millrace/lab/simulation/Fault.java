package io.millrace.lab.simulation;

/** What can go wrong in a run. */
public enum Fault {
    /** SIGKILL; the host goes on. */
    KILL,
    /** The host loses power and what was not synced. */
    POWER_CUT,
    /** SIGTERM. */
    STOP,
    /** SIGSTOP and, later, SIGCONT. */
    PAUSE,
    /** A broker's disk has been replaced by an empty one. */
    REPLACE_DISK,
    /** There is little room left on a disk, or none. */
    FILL_DISK,
    /** Syncs of a disk fail. */
    FAIL_SYNCS,
    /** A bit of a closed segment is not what it was. */
    FLIP_BIT,
    /** Nothing gets through from a broker to another one or to a client, or the other way. */
    CUT_ONE_WAY,
    /** What is sent from a broker to another one or to a client, or the other way, stays on its way and arrives late. */
    STALL,
    /** Nothing gets through between one broker and the others. */
    ISOLATE,
    /** One replication stream breaks. */
    BREAK_STREAM,
    /** A broker has no connection to the coordination service for a while. */
    LOSE_COORDINATOR,
    /** The coordination service ends a broker's session. */
    EXPIRE_SESSION,
    /** A broker takes its session for lost, and comes back in a new one before the service has ended the old one. */
    EXPIRE_LATE,
    /** The answer to a broker's next transaction is lost. */
    LOSE_ANSWER,
    /** What a broker sees of the coordination service is late. */
    LAG,
    /** The coordination service is away, for everybody. */
    NO_COORDINATOR
}
