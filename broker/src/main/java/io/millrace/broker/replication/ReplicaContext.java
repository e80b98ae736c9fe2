package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.runtime.Clock;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * What all replicas of a broker share.
 *
 * @param readers runs reads of the log that may block
 * @param controllerEpoch the newest that this broker has seen
 * @param failed takes each partition that goes offline on this broker until it is started again
 * @param isLeaving whether this broker is about to stop; once it is, it stays so
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
        Consumer<TopicPartition> failed,
        BooleanSupplier isLeaving,
        BooleanSupplier storageFull) {}
