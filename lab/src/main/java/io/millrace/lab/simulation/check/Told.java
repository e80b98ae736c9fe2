package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a coordinator tells a member to read.
 *
 * @param coordinator id of the broker
 * @param instanceId null where the member has none
 * @param holds what the member has not let go of, as the member itself has it; nothing once it is dead
 * @param isConnected whether the member's stream stands, as far as the coordinator can know
 */
public record Told(
        int coordinator,
        String member,
        @Nullable String instanceId,
        long generation,
        SortedSet<TopicPartition> partitions,
        Supplier<SortedSet<TopicPartition>> holds,
        BooleanSupplier isConnected) {}
