package io.millrace.coordinator;

/** Told when the hint comes and goes. */
public interface LatchListener {
    void onAcquired();

    void onLost();
}
