package io.millrace.coordinator;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Consumer groups and their offsets, where they outlive every broker. Any thread may call; stages complete on a thread of
 * the implementation, exceptionally with {@link CoordinatorException} where the service did not answer, or with
 * {@link io.millrace.coordinator.tree.MalformedNodeException} where a node holds something else.
 */
public interface OffsetStore {

    /** Of all groups, in ascending order; everything that was written before the call is in it. */
    CompletionStage<List<String>> names();

    /** The heads of these groups, in their order, as of some time after the call; without those that are not there. */
    CompletionStage<List<StoredGroup>> heads(List<String> groups);

    /** A group without its offsets: its head alone, as of some time after the call. */
    CompletionStage<StoredGroup> head(String group);

    /** A whole group, as of some time after the call. One that nobody writes meanwhile is consistent in itself. */
    CompletionStage<StoredGroup> load(String group);

    /**
     * Writes all of it or nothing, each group against what was there before. Never fails for want of an answer: that is
     * {@link WriteResult.Unknown}.
     *
     * @param writes of groups that differ; they have to {@linkplain #fits fit}
     */
    CompletionStage<WriteResult> write(List<GroupWrite> writes);

    /** Whether these writes are small enough for one transaction. */
    boolean fits(List<GroupWrite> writes);

    /** What became of a transaction. */
    sealed interface WriteResult {

        /**
         * All of it is stored.
         *
         * @param groups as they are now, in the order of the writes
         */
        record Written(List<StoredGroup> groups) implements WriteResult {}

        /**
         * Nothing is stored.
         *
         * @param index of the write that did not fit what was there
         * @param isFenced its group's head is another one by now: somebody else has claimed it, or deleted it
         */
        record Refused(int index, boolean isFenced) implements WriteResult {}

        /** The answer was lost: it may have happened. Load, and look. */
        record Unknown(String cause) implements WriteResult {}
    }
}
