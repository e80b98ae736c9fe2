package io.millrace.client;

import org.jspecify.annotations.Nullable;

/** One partition that is read: where it is, over which stream, and how much may still come. Pure; of {@link FetchMachine}. */
final class PartitionFetcher {
    /** More than any stream lives to read: bytes are what bounds it. */
    private static final long ALL_RECORDS = 1L << 40;

    private final TopicPartition id;
    private final LeaderTries tries = new LeaderTries();
    private int turn;
    private StartPosition wanted;
    private boolean isFinding;
    private int vainFinds;
    private long findNotBeforeNs;
    private boolean hasFailed;
    private boolean isPaused;
    private long nextOffset = -1;
    private long streamId = -1;
    private @Nullable String endpoint;
    private long creditBytes;
    private boolean hasCredit;
    private long bufferedBytes;
    private long heardNs;
    private @Nullable MillraceException lastFailure;
    private long failedSinceNs;
    private @Nullable MillraceException heldUpBy;

    PartitionFetcher(TopicPartition id, int turn, StartPosition wanted) {
        this.id = id;
        this.turn = turn;
        this.wanted = wanted;
    }

    TopicPartition id() {
        return id;
    }

    LeaderTries tries() {
        return tries;
    }

    int turn() {
        return turn;
    }

    StartPosition wanted() {
        return wanted;
    }

    /** Begins anew elsewhere; what was buffered is dropped by whoever has it. */
    void seek(int newTurn, StartPosition position) {
        turn = newTurn;
        wanted = position;
        nextOffset = -1;
        bufferedBytes = 0;
        isFinding = false;
        vainFinds = 0;
        hasFailed = false;
        lastFailure = null;
        heldUpBy = null;
    }

    /** Looks for another position, because the one that it had is not there. */
    void findAnew(StartPosition position) {
        wanted = position;
        nextOffset = -1;
        isFinding = false;
    }

    boolean mustFind(long nowNs) {
        boolean isResting = vainFinds > 0 && nowNs - findNotBeforeNs < 0;
        return nextOffset < 0 && !isFinding && !hasFailed && !isResting;
    }

    void onFinding() {
        isFinding = true;
    }

    void onFound(long offset) {
        isFinding = false;
        vainFinds = 0;
        nextOffset = offset;
    }

    /** It is looked for again after a pause. */
    void onNotFound(long nowNs, double random) {
        isFinding = false;
        vainFinds++;
        findNotBeforeNs = nowNs + RetryRules.growingPauseMs(vainFinds, random) * 1_000_000;
    }

    /** It waits for what may pass. */
    void onHeldUp(MillraceException why) {
        heldUpBy = why;
    }

    /** Why it cannot be reached; null where nothing says that it cannot. */
    @Nullable
    MillraceException heldUpBy() {
        return heldUpBy;
    }

    void onFailed() {
        hasFailed = true;
    }

    long nextOffset() {
        return nextOffset;
    }

    void pause(boolean pause) {
        isPaused = pause;
    }

    boolean mustOpen() {
        return nextOffset >= 0 && streamId < 0 && !hasFailed && !isPaused;
    }

    void onOpened(long newStreamId, String at, long nowNs) {
        streamId = newStreamId;
        endpoint = at;
        creditBytes = 0;
        hasCredit = false;
        heardNs = nowNs;
    }

    void onClosed() {
        streamId = -1;
        endpoint = null;
    }

    boolean isStreaming() {
        return streamId >= 0;
    }

    long streamId() {
        return streamId;
    }

    /** Null where there is no stream. */
    @Nullable
    String endpoint() {
        return endpoint;
    }

    /** How many bytes more the broker may send, once that is worth a message; 0 where it is not. */
    long missingCredit(long shareBytes) {
        if (isPaused || streamId < 0) {
            return 0;
        }
        long missing = shareBytes - bufferedBytes - creditBytes;
        return missing * 2 >= shareBytes ? missing : 0;
    }

    /** @return how many records go with it, once for each stream */
    long onCredit(long bytes) {
        creditBytes += bytes;
        long records = hasCredit ? 0 : ALL_RECORDS;
        hasCredit = true;
        return records;
    }

    void onFetched(int bytes, long next, long nowNs) {
        creditBytes -= bytes;
        bufferedBytes += bytes;
        nextOffset = next;
        onHeard(nowNs);
        tries.onSucceeded();
        lastFailure = null;
    }

    void onHeard(long nowNs) {
        heardNs = nowNs;
        heldUpBy = null;
    }

    long silentNs(long nowNs) {
        return streamId < 0 ? 0 : nowNs - heardNs;
    }

    void onConsumed(int bytes) {
        bufferedBytes -= bytes;
    }

    /** For how long the leaders have said nothing else. */
    long failingForMs(MillraceException failure, long nowNs) {
        MillraceException last = lastFailure;
        if (last == null || last.reason() != failure.reason()) {
            failedSinceNs = nowNs;
        }
        lastFailure = failure;
        return (nowNs - failedSinceNs) / 1_000_000;
    }
}
