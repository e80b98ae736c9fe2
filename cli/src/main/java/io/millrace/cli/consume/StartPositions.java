package io.millrace.cli.consume;

import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where to begin in each partition, and where to end if an end was asked for. */
final class StartPositions {
    /** Where to begin: what was asked for, else the end. */
    record Wish(boolean isFromBeginning, @Nullable Long offset) {}

    private final MillraceClient client;
    private final Topic topic;

    StartPositions(MillraceClient client, Topic topic) {
        this.client = client;
        this.topic = topic;
    }

    List<Cursor> find(Wish wish, @Nullable Integer onlyPartition, boolean isEndAtLatest) {
        List<Cursor> cursors = new ArrayList<>();
        for (Partition partition : topic.getPartitionsList()) {
            int number = partition.getPartition();
            if (onlyPartition == null || onlyPartition == number) {
                long end = isEndAtLatest ? latest(number) : Long.MAX_VALUE;
                cursors.add(new Cursor(number, start(wish, number), end));
            }
        }
        return cursors;
    }

    private long start(Wish wish, int partition) {
        if (wish.offset() != null) {
            return wish.offset();
        }
        return wish.isFromBeginning() ? earliest(partition) : latest(partition);
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
