package io.millrace.cli.topic;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the log of one partition begins and ends; null for what its leader did not say.
 *
 * @param earliest inclusive
 * @param latest exclusive
 */
record PartitionEnds(@Nullable Long earliest, @Nullable Long latest) {
    /** A description is asked for most when something is wrong, so one slow leader must not hold it up for long. */
    private static final int TIMEOUT_SECONDS = 3;

    static final PartitionEnds UNKNOWN = new PartitionEnds(null, null);

    /** Of all partitions of a topic, in their order, asked for at the same time. */
    static List<PartitionEnds> of(MillraceClient client, Topic topic) {
        List<CompletableFuture<PartitionEnds>> asked = topic.getPartitionsList().stream()
                .map(partition -> ask(client, topic, partition))
                .toList();
        List<PartitionEnds> ends = new ArrayList<>();
        for (CompletableFuture<PartitionEnds> one : asked) {
            ends.add(one.join());
        }
        return ends;
    }

    private static CompletableFuture<PartitionEnds> ask(MillraceClient client, Topic topic, Partition partition) {
        if (partition.getLeaderId() < 0) {
            return CompletableFuture.completedFuture(UNKNOWN);
        }
        ListOffsetsRequest.Builder request =
                ListOffsetsRequest.newBuilder().setTopic(topic.getName()).setPartition(partition.getPartition());
        CompletableFuture<@Nullable Long> earliest =
                offset(client, request.setEarliest(EarliestPosition.getDefaultInstance()));
        CompletableFuture<@Nullable Long> latest =
                offset(client, request.setLatest(LatestPosition.getDefaultInstance()));
        return earliest.thenCombine(latest, PartitionEnds::new);
    }

    private static CompletableFuture<@Nullable Long> offset(MillraceClient client, ListOffsetsRequest.Builder request) {
        return client.listOffsetsAsync(request.build())
                .<@Nullable Long>thenApply(ListOffsetsResponse::getOffset)
                .completeOnTimeout(null, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .exceptionally(PartitionEnds::unknownIfRefused);
    }

    /** The table shows a dash then: that a leader does not answer is part of what was asked. */
    private static @Nullable Long unknownIfRefused(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof MillraceException) {
            return null;
        }
        throw new CompletionException(cause);
    }
}
