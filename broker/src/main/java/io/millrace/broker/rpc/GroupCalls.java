package io.millrace.broker.rpc;

import io.grpc.MethodDescriptor;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.group.Groups;
import io.millrace.broker.rpc.Forwarder.Destination;
import io.millrace.broker.rpc.Forwarder.Effect;

/** Brings a call to the broker that coordinates the group that it names. */
final class GroupCalls {
    private final RpcContext context;
    private final Forwarder forwarder;
    private final Groups groups;

    GroupCalls(RpcContext context, Forwarder forwarder, Groups groups) {
        this.context = context;
        this.forwarder = forwarder;
        this.groups = groups;
    }

    /** Runs {@code local} where this broker coordinates the group, or where another one took it for that. */
    <Q, R> void dispatch(
            String group, MethodDescriptor<Q, R> method, Q request, Effect effect, Reply<R> reply, Runnable local) {
        int coordinator = groups.coordinator(group);
        if (CallOrigin.isForwarded() || context.isSelf(coordinator)) {
            local.run();
            return;
        }
        BrokerImage broker = context.image().get().brokers().get(coordinator);
        String endpoint = broker == null ? null : broker.endpoints().get(BrokerImage.INTERNAL_LISTENER);
        if (broker == null || endpoint == null) {
            reply.refuse(Rejection.of(
                    ErrorReason.NOT_GROUP_COORDINATOR, "Nobody coordinates group '" + group + "' at present"));
        } else {
            forwarder.forward(method, request, effect, new Destination(broker.incarnation(), endpoint), reply);
        }
    }
}
