package io.millrace.broker.producer;

import io.millrace.broker.core.Outcome;
import java.util.function.Consumer;

/** Gives out producer ids. Callable from any thread; each reply comes exactly once, on a loop of the implementation. */
public interface ProducerIds {

    /** An id that nobody has had before, on any broker. Refused with COORDINATOR_NOT_AVAILABLE, definite. */
    void next(Consumer<Outcome<Long>> reply);
}
