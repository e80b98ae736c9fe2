package io.millrace.broker.core.controller;

/** What came of connecting to a broker's inter-broker address. */
public enum ProbeResult {
    /** The machine said that nobody listens there: the process is over. */
    REFUSED,
    /** Somebody listens, be it a process that is stopped. */
    ANSWERED,
    /** Nothing came back in time, or the way there is cut. */
    NO_ANSWER
}
