package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;

/** Takes the beats of other brokers of this cluster, from any thread. */
public interface BeatReceiver {

    void onBeat(Beat beat);

    /** A stream that has carried beats of {@code from} has ended, whoever ended it. */
    void onEnded(BrokerIncarnation from);
}
