package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.ConsumerGroup;
import io.millrace.broker.group.GroupDescription.PartitionProgress;
import io.millrace.broker.group.PartitionLookup.Found;
import io.millrace.broker.group.PartitionLookup.Position;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One description: what the coordinator knows at one moment, and then what the partitions say. On the groups' loop. */
final class Describing {
    private final GroupDescription known;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final Consumer<Outcome<GroupDescription>> reply;

    /** @param committed all that the group has, of topics that there are */
    Describing(
            String group,
            int self,
            ConsumerGroup machine,
            List<CommittedOffset> committed,
            ClusterImage image,
            PartitionLookup lookup,
            Clock clock,
            EventLoop loop,
            Consumer<Outcome<GroupDescription>> reply) {
        var members = machine.members(TimeUnit.NANOSECONDS.toMillis(clock.nanoTime()));
        Map<TopicPartition, String> readers = new HashMap<>();
        members.forEach(member -> member.reads().forEach(partition -> readers.put(partition, member.id())));
        this.known = new GroupDescription(
                group,
                machine.state(),
                machine.generation(),
                self,
                machine.assignor(),
                members,
                partitions(readers, committed, image));
        this.lookup = lookup;
        this.clock = clock;
        this.loop = loop;
        this.reply = reply;
    }

    private static List<PartitionProgress> partitions(
            Map<TopicPartition, String> readers, List<CommittedOffset> committed, ClusterImage image) {
        Map<TopicPartition, CommittedOffset> offsets = new HashMap<>();
        committed.forEach(offset -> offsets.put(new TopicPartition(offset.topicId(), offset.partition()), offset));
        List<PartitionProgress> partitions = new ArrayList<>();
        new TreeMap<>(image.topics()).forEach((name, topic) -> {
            for (int i = 0; i < topic.partitionCount(); i++) {
                TopicPartition id = new TopicPartition(topic.topicId(), i);
                if (readers.containsKey(id) || offsets.containsKey(id)) {
                    partitions.add(new PartitionProgress(
                            name, id, readers.get(id), offsets.get(id), OptionalLong.empty(), OptionalLong.empty()));
                }
            }
        });
        return partitions;
    }

    void run() {
        List<PartitionProgress> asked = known.partitions();
        new Lookups(lookup, loop)
                .all(
                        asked.stream().map(Describing::question).toList(),
                        answers -> reply.accept(Outcome.ok(described(asked, answers))));
    }

    private static Lookups.Question question(PartitionProgress partition) {
        CommittedOffset committed = partition.committed();
        Position position = committed == null ? new Position.Latest() : new Position.Offset(committed.offset());
        return new Lookups.Question(partition.topic(), partition.partition(), position);
    }

    private GroupDescription described(List<PartitionProgress> asked, List<Outcome<Found>> answers) {
        List<PartitionProgress> partitions = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Found found = answers.get(i) instanceof Outcome.Ok<Found> ok ? ok.value() : null;
            partitions.add(progress(asked.get(i), found));
        }
        return new GroupDescription(
                known.group(),
                known.state(),
                known.generation(),
                known.coordinator(),
                known.assignor(),
                known.members(),
                partitions);
    }

    private PartitionProgress progress(PartitionProgress asked, @Nullable Found found) {
        return new PartitionProgress(
                asked.topic(),
                asked.partition(),
                asked.memberId(),
                asked.committed(),
                found == null ? OptionalLong.empty() : OptionalLong.of(found.end()),
                lagTimeMs(asked.committed(), found));
    }

    private OptionalLong lagTimeMs(@Nullable CommittedOffset committed, @Nullable Found found) {
        if (committed == null || found == null) {
            return OptionalLong.empty();
        }
        if (committed.offset() >= found.end()) {
            return OptionalLong.of(0);
        }
        // Producers name timestamps: one may be of tomorrow.
        return found.timestampMs() < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, clock.wallMillis() - found.timestampMs()));
    }
}
