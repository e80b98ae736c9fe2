package io.millrace.lab.simulation.seam;

import io.millrace.broker.controller.BroadcastReceiver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.group.Groups;
import io.millrace.broker.liveness.BeatReceiver;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.PartitionServer;

/** A process that listens: what reaches it over the network. */
public interface SimPeer {

    SimProcess process();

    FollowerStreams streams();

    PartitionServer partitions();

    ControllerRequests controller();

    BeatReceiver beats();

    BroadcastReceiver recorded();

    Groups groups();
}
