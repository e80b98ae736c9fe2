package io.millrace.broker.runtime;

/**
 * Receives what no code above could deal with: a broken invariant or an unforeseen exception on an event loop. The real
 * one logs it and stops the broker, since state that broke a rule once must not be served.
 */
public interface FaultHandler {
    void onFault(String where, Throwable fault);
}
