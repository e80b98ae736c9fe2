package io.millrace.coordinator;

/** Told that another process has registered under this process's brokerId. */
@FunctionalInterface
public interface ReplacedListener {

    /** This process is no longer the broker and must stop; its live node is withdrawn already. Told once. */
    void onReplaced(long newerBrokerEpoch);
}
