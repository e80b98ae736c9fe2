package io.millrace.lab.run;

import java.util.Locale;

/**
 * One fault of a plan.
 *
 * @param victim number of the broker or server that is struck, from 1; 0 for the controller before anybody knows who that
 *     will be
 * @param holdMs how long it lasts until healing begins
 * @param restMs how long the cluster is left alone afterwards
 */
public record FaultStep(FaultKind kind, int victim, FaultForm form, int holdMs, int restMs) {
    private static final int UNKNOWN = 0;

    /** The same fault, aimed at the controller if it is for that one; one that is not known cannot be aimed at. */
    FaultStep aimedAt(int controllerId) {
        return form == FaultForm.CONTROLLER && controllerId > UNKNOWN
                ? new FaultStep(kind, controllerId, form, holdMs, restMs)
                : this;
    }

    /** The name of the one that is struck, as in {@code broker-2} or {@code zk-1}. */
    String place() {
        return (kind.isOfZooKeeper() ? "zk-" : "broker-") + victim;
    }

    /** Whom it strikes and how, as in {@code zk-1} or {@code broker-2 from all others}. */
    public String target() {
        if (form == FaultForm.EVERYBODY) {
            return "all brokers";
        }
        if (form == FaultForm.CONTROLLER) {
            return victim == UNKNOWN ? "the controller" : place() + ", the controller";
        }
        return form.words().isEmpty() ? place() : place() + " " + form.words();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s for %.1f s", kind.spelling(), target(), holdMs / 1e3);
    }
}
