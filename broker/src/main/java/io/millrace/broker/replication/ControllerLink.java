package io.millrace.broker.replication;

import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The seam through which leaders reach the controller, wherever it is. */
public interface ControllerLink {

    /** Proposes; the reply comes exactly once, on any thread, NOT_CONTROLLER where nobody could be asked. */
    void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply);

    /**
     * Tells that this broker is about to stop.
     *
     * @param reply once, on any thread: how many partitions it leads still, because nobody else can; empty where the
     *     controller was not reached
     */
    void announceStop(Consumer<OptionalInt> reply);
}
