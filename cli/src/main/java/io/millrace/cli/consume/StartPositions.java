package io.millrace.cli.consume;

import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds where to begin in each partition, and where to end if an end was asked for. */
final class StartPositions {
    /** Where to begin: what was asked for, before what a group has committed, before the end. */
    record Wish(
            boolean isFromBeginning,
            @Nullable Long offset,
            @Nullable String group) {}

    private final MillraceClient client;
    private final Topic topic;

    StartPositions(MillraceClient client, Topic topic) {
        this.client = client;
        this.topic = topic;
    }

    List<Cursor> find(Wish wish, @Nullable Integer onlyPartition, boolean isEndAtLatest) {
        Map<Integer, Long> committed = wish.group() == null ? Map.of() : committed(wish.group());
        List<Cursor> cursors = new ArrayList<>();
        for (Partition partition : topic.getPartitionsList()) {
            int number = partition.getPartition();
            if (onlyPartition == null || onlyPartition == number) {
                long end = isEndAtLatest ? latest(number) : Long.MAX_VALUE;
                cursors.add(new Cursor(number, start(wish, number, committed), end));
            }
        }
        return cursors;
    }

    private long start(Wish wish, int partition, Map<Integer, Long> committed) {
        if (wish.offset() != null) {
            return wish.offset();
        }
        if (wish.isFromBeginning()) {
            return earliest(partition);
        }
        if (wish.group() == null) {
            return latest(partition);
        }
        Long offset = committed.get(partition);
        return offset == null ? earliest(partition) : offset;
    }

    /** What was committed for an earlier topic of the same name means nothing in this one. */
    private Map<Integer, Long> committed(String group) {
        Map<Integer, Long> committed = new TreeMap<>();
        for (CommittedOffset offset :
                client.fetchOffsets(group, topic.getName()).getOffsetsList()) {
            if (offset.getTopicId().equals(topic.getTopicId())) {
                committed.put(offset.getPartition(), offset.getOffset());
            }
        }
        return committed;
    }

    private long earliest(int partition) {
        return offset(request(partition).setEarliest(EarliestPosition.getDefaultInstance()));
    }

    private long latest(int partition) {
        return offset(request(partition).setLatest(LatestPosition.getDefaultInstance()));
    }

    private ListOffsetsRequest.Builder request(int partition) {
        return ListOffsetsRequest.newBuilder()
                .setTopic(topic.getName())
                .setTopicId(topic.getTopicId())
                .setPartition(partition);
    }

    private long offset(ListOffsetsRequest.Builder request) {
        return client.listOffsets(request.build()).getOffset();
    }
}
