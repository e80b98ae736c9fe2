package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.runtime.Clock;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * What all replicas of a broker share.
 *
 * @param readers runs reads of the log that may block
 * @param controllerEpoch the newest that this broker has seen
 * @param storageFull whether produce has to be refused for want of disk space
 */
record ReplicaContext(
        BrokerIncarnation self,
        ReplicationSettings settings,
        Clock clock,
        GroupCommit groupCommit,
        Executor readers,
        LeaderLinks links,
        ControllerLink controller,
        IntSupplier controllerEpoch,
        BooleanSupplier storageFull) {}
