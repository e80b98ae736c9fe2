package io.millrace.broker.core;

/** When a produce is answered. */
public enum Acks {
    /** After validation. */
    NONE,
    /** After the leader has stored it as the topic's durability asks. */
    LEADER,
    /** After every in-sync replica has. */
    ALL
}
