package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import java.util.SortedSet;

/** Takes what is found out about the other brokers; called on the detector's loop, must hand over and return. */
public interface Verdicts {

    /** {@code broker} is dead. */
    void onDead(BrokerIncarnation broker, String why);

    /** {@code broker}, which was said to be dead, is heard again. */
    void onReturned(BrokerIncarnation broker);

    /** This broker must not judge the others: if it is controller it gives that up. */
    void onUnfit(String why);

    /**
     * The logs of {@code failed}, and no others, have failed on {@code broker} or are gone. Told when that changes, and all anew
     * when this broker becomes controller.
     */
    void replicasFailed(BrokerIncarnation broker, SortedSet<FailedLog> failed);

    /** {@code broker} is as fit as this. Told when that changes, and all anew when this broker becomes controller. */
    void fitnessChanged(BrokerIncarnation broker, Fitness fitness);
}
