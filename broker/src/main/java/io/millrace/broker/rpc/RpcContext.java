package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.FaultHandler;
import io.millrace.broker.runtime.Ids;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every call may look at. The suppliers answer from any thread, at once.
 *
 * @param self this broker; empty until it has its epoch, and so long every call is refused with BROKER_NOT_READY
 * @param image the cluster as last seen
 * @param topicDefaults for values that a new topic leaves open; {@code minInsyncReplicas} 0
 * @param version of this software, for people
 */
public record RpcContext(
        Supplier<Optional<BrokerIncarnation>> self,
        Supplier<ClusterImage> image,
        RpcLimits limits,
        TopicConfig topicDefaults,
        Clock clock,
        Ids ids,
        FaultHandler faults,
        String version) {

    /** Whether {@code id} is this broker's. */
    boolean isSelf(int id) {
        return self.get().map(me -> me.id() == id).orElse(false);
    }
}
