package io.millrace.lab.simulation.check;

import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** S26 for one group's offset in one partition: all that the tree has had, and who may change it to what. */
final class OffsetTrack {

    /** No offset is stored. */
    static final long NONE = -1;

    private final String name;
    private final List<Long> history = new ArrayList<>(List.of(NONE));
    private final Set<String> sent = new TreeSet<>();
    private @Nullable OffsetNode now;
    private @Nullable OffsetNode beforeReset;
    private @Nullable CommitMark last;
    private long fence;
    private String reader = "";
    private long readerSince;
    private long processed;

    OffsetTrack(String name) {
        this.name = name;
    }

    /** The present moment, for {@link #wasSince}. */
    int mark() {
        return history.size() - 1;
    }

    long stored() {
        return history.get(history.size() - 1);
    }

    @Nullable
    OffsetNode node() {
        return now;
    }

    /** Whether this was stored at some moment since {@code mark}. */
    boolean wasSince(int mark, long offset) {
        return history.subList(mark, history.size()).contains(offset);
    }

    /** Whether this or a later one was. */
    boolean reachedSince(int mark, long offset) {
        return history.subList(mark, history.size()).stream().anyMatch(stored -> stored >= offset);
    }

    /** A member has sent a commit. It may be stored from now on. */
    void onSent(long offset, String metadata) {
        sent.add(offset + " " + metadata);
    }

    /** A commit has been stored. */
    void onCommit(OffsetNode at) {
        CommitMark by = CommitMark.parse(at.metadata());
        String what = name + " goes from " + stored() + " to " + at.offset() + " by " + by;
        Violation.check(sent.contains(at.offset() + " " + at.metadata()), "S26", what + ", who has not committed that");
        Violation.check(by.generation() > fence, "S26", what + " after it was set by hand in generation " + fence);
        CommitMark before = last;
        Violation.check(before == null || by.generation() >= before.generation(), "S26", what + " after " + before);
        Violation.check(
                reader.isEmpty() || reader.equals(by.member()) || by.generation() > readerSince,
                "S26",
                what + ", and " + reader + " has it since generation " + readerSince);
        Violation.check(at.offset() >= stored() || hasRewound(by), "S26", what + ", and that is back");
        put(at);
        last = by;
    }

    private boolean hasRewound(CommitMark by) {
        CommitMark before = last;
        int known = before != null && before.member().equals(by.member()) ? before.rewinds() : 0;
        return by.rewinds() > known;
    }

    /** Somebody resets it: what is remembered of that is what is there. */
    void onReset(@Nullable OffsetNode remembered) {
        Violation.check(
                remembered == null ? now == null : remembered.equals(now),
                "S26",
                name + " is reset from " + now + ", and " + remembered + " is remembered of it");
        beforeReset = now;
    }

    @Nullable
    OffsetNode beforeReset() {
        return beforeReset;
    }

    /** It was set by hand, or taken away: what members commit of {@code generation} or before comes too late. */
    void onSet(@Nullable OffsetNode at, long generation) {
        put(at);
        fence = Math.max(fence, generation);
        // Who sets it forward skips on purpose.
        processed = Math.max(processed, stored());
    }

    private void put(@Nullable OffsetNode at) {
        now = at;
        history.add(at == null ? NONE : at.offset());
    }

    /** The group is gone: generations of the next one of the name begin anew. */
    void onGroupGone() {
        last = null;
        fence = 0;
        reader = "";
        readerSince = 0;
    }

    /** Who has come to own it goes on where the group was at some moment since it asked. */
    void onStart(int asked, long offset) {
        Violation.check(
                wasSince(asked, offset),
                "S26",
                name + " begins at " + offset + ", and since it was asked for there were "
                        + history.subList(asked, history.size()));
    }

    /** A member reads, in a generation that counts. */
    void onReader(String member, long generation) {
        if (generation >= readerSince) {
            reader = member;
            readerSince = generation;
        }
    }

    /** @param to exclusive */
    void onProcessed(long from, long to) {
        Violation.check(from <= processed, "S26", name + ": " + processed + " to " + from + " skipped");
        processed = Math.max(processed, to);
    }

    @Override
    public String toString() {
        return name;
    }
}
