package io.millrace.lab.run;

import java.util.Locale;

/**
 * One fault of a plan.
 *
 * @param victim number of the broker or server that is struck, from 1
 * @param variant chooses between the forms that a fault has
 * @param holdMs how long it lasts until healing begins
 * @param restMs how long the cluster is left alone afterwards
 */
public record FaultStep(FaultKind kind, int victim, int variant, int holdMs, int restMs) {

    /** Whom it strikes, as in {@code broker-2} or {@code zk-1}. */
    public String target() {
        return (kind.isOfZooKeeper() ? "zk-" : "broker-") + victim;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s for %.1f s", kind.spelling(), target(), holdMs / 1e3);
    }
}
