package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;

/** What {@link Liveness} wants done. Each names the incarnation that it is about: a later one is another broker. */
public sealed interface LivenessEffect {

    void deliverTo(Receiver receiver);

    /** Connect to its inter-broker address, no more, and tell {@link Liveness#onProbeResult} how that went. */
    record Probe(BrokerIncarnation broker) implements LivenessEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onProbe(this);
        }
    }

    /** This process is over, or as good as. Said once, and again at the beginning of each office, until it is heard again. */
    record Dead(BrokerIncarnation broker, String why) implements LivenessEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onDead(this);
        }
    }

    /** It was called dead and has been heard since: what was recorded of that may be looked at again. */
    record Returned(BrokerIncarnation broker) implements LivenessEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onReturned(this);
        }
    }

    /** So many are silent that it is more likely this broker that cannot hear: it must not judge (R47). */
    record Resign(String why) implements LivenessEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onResign(this);
        }
    }

    /** One method for each kind of effect. */
    interface Receiver {
        void onProbe(Probe effect);

        void onDead(Dead effect);

        void onReturned(Returned effect);

        void onResign(Resign effect);
    }
}
