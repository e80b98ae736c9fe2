package io.millrace.client;

import io.millrace.client.ConsumerRecords.Chunk;
import io.millrace.client.MillraceException.Kind;
import io.millrace.record.RecordBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the application is in one partition that is assigned, and what keeps it from going on. Of {@link FetchedRecords}. */
final class PartitionPosition {
    private int turn;
    private long offset;
    private int leaderEpoch;
    private boolean isPaused;
    private boolean isWithheld;
    private @Nullable MillraceException failure;

    PartitionPosition(int turn, StartPosition position) {
        seek(turn, position);
    }

    void seek(int newTurn, StartPosition to) {
        turn = newTurn;
        offset = to instanceof StartPosition.Offset known ? known.offset() : -1;
        leaderEpoch = -1;
        failure = null;
    }

    boolean isOfTurn(int askedTurn) {
        return turn == askedTurn;
    }

    /** The next offset wanted; -1 where that is not known yet. */
    long offset() {
        return offset;
    }

    void onFound(long found) {
        offset = found;
    }

    CommitPosition commitPosition() {
        return new CommitPosition(offset, leaderEpoch, "");
    }

    void pause(boolean pause) {
        isPaused = pause;
    }

    /** Until the partition is assigned anew. */
    void withhold() {
        isWithheld = true;
    }

    boolean isHandedOut() {
        return !isPaused && !isWithheld;
    }

    @Nullable
    MillraceException failure() {
        return failure;
    }

    void onFailed(MillraceException why) {
        failure = why;
    }

    /** Behind a batch that is damaged nothing is handed out: there would be a gap. */
    boolean isDamaged() {
        return failure != null && failure.kind() == Kind.PROTOCOL;
    }

    /** Goes on behind it; null where it cannot be read, or something before it could not. */
    @Nullable
    Chunk take(Fetched fetched) {
        if (isDamaged()) {
            return null;
        }
        try {
            List<RecordBatch> batches = fetched.batches();
            offset = fetched.next();
            leaderEpoch =
                    batches.isEmpty() ? -1 : batches.get(batches.size() - 1).partitionLeaderEpoch();
            return new Chunk(fetched.partition(), fetched.from(), fetched.next(), batches);
        } catch (MillraceException damaged) {
            failure = damaged;
            return null;
        }
    }
}
