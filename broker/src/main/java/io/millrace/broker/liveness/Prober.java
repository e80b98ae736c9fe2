package io.millrace.broker.liveness;

import io.millrace.broker.core.controller.ProbeResult;
import java.util.function.Consumer;

/** The seam through which a broker asks another machine whether anybody listens. */
public interface Prober {

    /**
     * Connects to {@code endpoint} and hangs up. Returns at once.
     *
     * @param result called once, on any thread, within about half a second
     */
    void probe(String endpoint, Consumer<ProbeResult> result);
}
