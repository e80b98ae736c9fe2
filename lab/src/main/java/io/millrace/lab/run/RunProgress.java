package io.millrace.lab.run;

/** Told how a run goes. */
public interface RunProgress {

    /** One fault is healed, or is given up. */
    void onOutcome(FaultOutcome outcome);

    /** The last fault is over; what is stored is read back and compared. */
    void onChecking();
}
