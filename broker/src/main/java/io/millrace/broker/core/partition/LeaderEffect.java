package io.millrace.broker.core.partition;

import io.millrace.broker.core.BrokerIncarnation;
import java.util.List;

/** What a leader's shell has to do, in the order given. */
public sealed interface LeaderEffect {

    void applyTo(Handler handler);

    /** Publish the new high watermark to readers and followers, and answer what waited for it. */
    record AdvanceHighWatermark(long highWatermark) implements LeaderEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.advanceHighWatermark(highWatermark);
        }
    }

    /**
     * Ask the controller for this in-sync set and bring the answer to {@link PartitionLeader#onVerdict}.
     *
     * @param partitionEpoch that the proposal is made against
     */
    record ProposeIsr(int partitionEpoch, List<BrokerIncarnation> isr) implements LeaderEffect {
        public ProposeIsr {
            isr = List.copyOf(isr);
        }

        @Override
        public void applyTo(Handler handler) {
            handler.proposeIsr(this);
        }
    }

    /** One method for each kind of effect. */
    interface Handler {
        void advanceHighWatermark(long highWatermark);

        void proposeIsr(ProposeIsr proposal);
    }
}
