package io.millrace.coordinator;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The offsets of consumer groups. Any thread may call; stages complete on a thread of the implementation. */
public interface OffsetStore {

    /**
     * Stores all offsets or none. Those of other partitions stay; those of an older topicId of the same topic go.
     * Completes exceptionally with {@link CoordinatorException} where the service did not answer: the offsets may then
     * be stored or not.
     *
     * @throws IllegalArgumentException where {@code offsets} name two topicIds for one topic
     */
    CompletionStage<OffsetCommitResult> commit(String group, List<GroupOffset> offsets);

    /**
     * All offsets of the group, whatever topicId they have, by topic and partition in ascending order; everything that
     * was committed before the call is in it. Empty for a group that there is not.
     */
    CompletionStage<List<GroupOffset>> fetch(String group);
}
