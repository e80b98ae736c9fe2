package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicConfig;
import org.jspecify.annotations.Nullable;

/** What the controller wants of a replica, and who is live, as one image of the cluster has it. */
record Assignment(PartitionState state, TopicConfig config, ClusterImage image) {

    /** The incarnation under which a broker is live, null where it is not. */
    @Nullable
    BrokerIncarnation live(int brokerId) {
        BrokerImage broker = image.brokers().get(brokerId);
        return broker == null ? null : broker.incarnation();
    }
}
