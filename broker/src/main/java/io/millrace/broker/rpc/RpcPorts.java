package io.millrace.broker.rpc;

import io.millrace.broker.controller.BroadcastReceiver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.group.Groups;
import io.millrace.broker.liveness.BeatReceiver;
import io.millrace.broker.producer.ProducerIds;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.PartitionServer;

/** Who on this broker answers calls. */
public record RpcPorts(
        PartitionServer partitions,
        FollowerStreams followers,
        ControllerRequests controller,
        Groups groups,
        ProducerIds producerIds,
        BeatReceiver beats,
        BroadcastReceiver recorded) {}
