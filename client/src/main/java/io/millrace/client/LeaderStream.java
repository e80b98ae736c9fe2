package io.millrace.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is on its way to one leader, and how much more may be. Pure; belongs to {@link SendMachine}. */
final class LeaderStream {
    /** A batch on its way. */
    record Frame(long id, PartitionSender partition, SendBatch batch, int sizeInBytes, long sentNs) {}

    private final long id;
    private final String endpoint;
    private final Map<Long, Frame> unanswered = new LinkedHashMap<>();
    private long lastFrameId;
    private long bytes;
    private int maxFrames;
    private long maxBytes;
    private boolean hasWindow;
    private boolean isReady = true;
    private boolean isEnding;
    private long quietSinceNs;

    LeaderStream(long id, String endpoint, long nowNs) {
        this.id = id;
        this.endpoint = endpoint;
        this.quietSinceNs = nowNs;
    }

    long id() {
        return id;
    }

    String endpoint() {
        return endpoint;
    }

    boolean hasWindow() {
        return hasWindow;
    }

    void onWindow(int newMaxFrames, long newMaxBytes) {
        hasWindow = true;
        maxFrames = newMaxFrames;
        maxBytes = newMaxBytes;
    }

    void onReady(boolean ready) {
        isReady = ready;
    }

    /** The broker takes no more. */
    void onEnding() {
        isEnding = true;
    }

    boolean isEnding() {
        return isEnding;
    }

    /** Whether a batch of some size may go; {@link #fits} says whether one of a known size does. */
    boolean hasRoom() {
        return isOpen() && (unanswered.isEmpty() ? maxFrames > 0 : unanswered.size() < maxFrames && bytes < maxBytes);
    }

    boolean fits(int sizeInBytes) {
        // One batch may be larger than the whole window, if it is the only one.
        return hasRoom() && (unanswered.isEmpty() || bytes + sizeInBytes <= maxBytes);
    }

    private boolean isOpen() {
        return hasWindow && isReady && !isEnding;
    }

    Frame add(PartitionSender partition, SendBatch batch, long nowNs) {
        if (unanswered.isEmpty()) {
            quietSinceNs = nowNs;
        }
        lastFrameId++;
        Frame frame = new Frame(lastFrameId, partition, batch, batch.sizeInBytes(), nowNs);
        unanswered.put(lastFrameId, frame);
        bytes += frame.sizeInBytes();
        return frame;
    }

    /** Null where it was answered before, or never sent. */
    @Nullable
    Frame answer(long frameId, long nowNs) {
        Frame frame = unanswered.remove(frameId);
        if (frame != null) {
            bytes -= frame.sizeInBytes();
            quietSinceNs = nowNs;
        }
        return frame;
    }

    /** All frames behind that one, in order; they count as answered. */
    List<Frame> takeAfter(long frameId) {
        List<Frame> taken = new ArrayList<>();
        unanswered.values().removeIf(frame -> frame.id() > frameId && taken.add(frame));
        taken.forEach(frame -> bytes -= frame.sizeInBytes());
        return taken;
    }

    /** How long the broker has owed something: an answer, or its window. 0 where it owes nothing. */
    long owedNs(long nowNs) {
        return hasWindow && unanswered.isEmpty() ? 0 : nowNs - quietSinceNs;
    }

    Iterable<Frame> unanswered() {
        return unanswered.values();
    }
}
