package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import java.util.List;

/**
 * All that a broker has to say of itself and of the others at one moment.
 *
 * @param from who sends it
 * @param unheard whom it knows and has not heard for half the liveness timeout
 * @param failed logs that have failed on it or are gone
 * @param fitness how well it is at its work
 */
public record Beat(BrokerIncarnation from, List<BrokerIncarnation> unheard, List<FailedLog> failed, Fitness fitness) {
    public Beat {
        unheard = List.copyOf(unheard);
        failed = List.copyOf(failed);
    }
}
