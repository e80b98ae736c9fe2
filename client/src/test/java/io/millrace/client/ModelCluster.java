package io.millrace.client;

import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Leaders with logs that remember their producers as brokers do, on one thread: what a stream has sent is judged, stored,
 * committed and answered when the test's random choice says so, and leaders move with or without what was not committed.
 */
final class ModelCluster {
    static final String TOPIC = "orders";
    private static final int BROKERS = 3;
    private static final int REMEMBERED = 5;

    /** What one batch was when it was sent: its number may change afterwards. */
    record Sent(int batchId, int partition, int records, long producerId, int epoch, int sequence, boolean isPoison) {}

    /** One batch in a log. */
    record Stored(Sent sent, long baseOffset) {}

    /** A frame that was judged and waits for its commit, or has its answer. */
    record Answer(
            long frameId, @Nullable Stored stored, @Nullable ErrorDetail refusal) {}

    static final class Log {
        final List<Stored> batches = new ArrayList<>();
        int committed;
        int leader;
        int leaderEpoch = 1;

        long endOffset() {
            return batches.isEmpty()
                    ? 0
                    : batches.get(batches.size() - 1).baseOffset()
                            + batches.get(batches.size() - 1).sent().records();
        }
    }

    /** What one stream holds; it outlives its connection, as what a broker has read does. */
    static final class Stream {
        final long id;
        final int broker;
        final ArrayDeque<Object[]> frames = new ArrayDeque<>();
        final List<Answer> answers = new ArrayList<>();
        boolean isConnected = true;
        long lastTaken;

        Stream(long id, int broker) {
            this.id = id;
            this.broker = broker;
        }
    }

    final List<Log> logs = new ArrayList<>();
    final List<Stream> streams = new ArrayList<>();
    private final Random random;
    boolean hasFaults = true;

    ModelCluster(Random random, int partitions) {
        this.random = random;
        for (int i = 0; i < partitions; i++) {
            Log log = new Log();
            log.leader = random.nextInt(BROKERS);
            logs.add(log);
        }
    }

    static String endpoint(int broker) {
        return "b" + broker + ":1";
    }

    GetMetadataResponse metadata() {
        GetMetadataResponse.Builder metadata = GetMetadataResponse.newBuilder();
        for (int broker = 0; broker < BROKERS; broker++) {
            metadata.addBrokers(Broker.newBuilder().setId(broker).setEndpoint(endpoint(broker)));
        }
        Topic.Builder topic = Topic.newBuilder().setName(TOPIC).setTopicId("t1");
        for (int i = 0; i < logs.size(); i++) {
            topic.addPartitions(Partition.newBuilder()
                    .setPartition(i)
                    .setLeaderId(logs.get(i).leader)
                    .setLeaderEpoch(logs.get(i).leaderEpoch));
        }
        return metadata.addTopics(topic).build();
    }

    /** Another broker leads: what was not committed is lost from some point on. */
    void moveLeader(int partition) {
        Log log = logs.get(partition);
        int kept = log.committed + random.nextInt(log.batches.size() - log.committed + 1);
        while (log.batches.size() > kept) {
            log.batches.remove(log.batches.size() - 1);
        }
        log.leader = (log.leader + 1 + random.nextInt(BROKERS - 1)) % BROKERS;
        log.leaderEpoch++;
        // Who waited for a commit at the old leader hears that its time is over, or nothing if the stream breaks first.
        for (Stream stream : streams) {
            stream.answers.replaceAll(answer -> isWaiting(answer, partition) ? fenced(answer) : answer);
        }
    }

    private boolean isWaiting(Answer answer, int partition) {
        Stored stored = answer.stored();
        return stored != null && stored.sent().partition() == partition && !isCommitted(stored);
    }

    boolean isCommitted(Stored stored) {
        Log log = logs.get(stored.sent().partition());
        int index = log.batches.indexOf(stored);
        return index >= 0 && index < log.committed;
    }

    private static Answer fenced(Answer answer) {
        return new Answer(answer.frameId(), null, refusal(ErrorReason.ERROR_REASON_FENCED_LEADER_EPOCH, false));
    }

    static ErrorDetail refusal(ErrorReason reason, boolean isDefinite) {
        return ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(isDefinite ? Certainty.CERTAINTY_DEFINITE : Certainty.CERTAINTY_INDETERMINATE)
                .build();
    }

    /** The broker takes the next frame of the stream. */
    void judge(Stream stream) {
        Object[] frame = stream.frames.poll();
        if (frame == null) {
            return;
        }
        stream.lastTaken = (Long) frame[0];
        Sent sent = (Sent) frame[1];
        stream.answers.add(verdict(stream, (Long) frame[0], sent));
    }

    private Answer verdict(Stream stream, long frameId, Sent sent) {
        Log log = logs.get(sent.partition());
        if (log.leader != stream.broker) {
            ErrorDetail.Builder detail = refusal(ErrorReason.ERROR_REASON_NOT_LEADER, true).toBuilder();
            if (random.nextBoolean()) {
                detail.setLeader(LeaderHint.newBuilder()
                        .setBrokerId(log.leader)
                        .setEndpoint(endpoint(log.leader))
                        .setLeaderEpoch(log.leaderEpoch));
            }
            return new Answer(frameId, null, detail.build());
        }
        if (hasFaults && random.nextInt(25) == 0) {
            return new Answer(frameId, null, refusal(ErrorReason.ERROR_REASON_NOT_ENOUGH_REPLICAS, true));
        }
        if (sent.isPoison()) {
            return new Answer(frameId, null, refusal(ErrorReason.ERROR_REASON_BAD_RECORD, true));
        }
        return sequenced(log, frameId, sent);
    }

    private Answer sequenced(Log log, long frameId, Sent sent) {
        List<Stored> known = log.batches.stream()
                .filter(stored -> stored.sent().producerId() == sent.producerId())
                .toList();
        int epoch = known.isEmpty() ? -1 : known.get(known.size() - 1).sent().epoch();
        if (sent.epoch() < epoch) {
            return new Answer(frameId, null, refusal(ErrorReason.ERROR_REASON_FENCED_PRODUCER_EPOCH, true));
        }
        List<Stored> last = known.stream()
                .filter(stored -> stored.sent().epoch() == sent.epoch())
                .toList();
        last = last.subList(Math.max(0, last.size() - REMEMBERED), last.size());
        for (Stored stored : last) {
            if (stored.sent().sequence() == sent.sequence() && stored.sent().records() == sent.records()) {
                return new Answer(frameId, stored, null);
            }
        }
        Sent newest = last.isEmpty() ? null : last.get(last.size() - 1).sent();
        int expected = newest == null ? 0 : newest.sequence() + newest.records();
        if (sent.sequence() != expected) {
            ErrorReason reason = known.isEmpty()
                    ? ErrorReason.ERROR_REASON_UNKNOWN_PRODUCER_ID
                    : ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE;
            return new Answer(frameId, null, refusal(reason, true));
        }
        Stored stored = new Stored(sent, log.endOffset());
        log.batches.add(stored);
        if (hasFaults && random.nextInt(40) == 0) {
            return new Answer(frameId, null, refusal(ErrorReason.ERROR_REASON_COMMIT_TIMEOUT, false));
        }
        if (hasFaults && random.nextInt(150) == 0) {
            return new Answer(frameId, null, refusal(ErrorReason.ERROR_REASON_INTERNAL, false));
        }
        return new Answer(frameId, stored, null);
    }

    /** One more batch of the partition is committed, if there is one. */
    void commit(int partition) {
        Log log = logs.get(partition);
        log.committed = Math.min(log.batches.size(), log.committed + 1);
    }

    /** Takes out an answer that can be given now; null where there is none. */
    @Nullable
    Answer answer(Stream stream) {
        List<Answer> ready = stream.answers.stream()
                .filter(answer -> answer.stored() == null || isCommitted(answer.stored()))
                .toList();
        if (ready.isEmpty()) {
            return null;
        }
        Answer chosen = ready.get(random.nextInt(ready.size()));
        stream.answers.remove(chosen);
        return chosen;
    }

    static ProduceResponse appended(Stored stored) {
        return ProduceResponse.newBuilder()
                .setPartition(stored.sent().partition())
                .setBaseOffset(stored.baseOffset())
                .setRecordCount(stored.sent().records())
                .build();
    }
}
