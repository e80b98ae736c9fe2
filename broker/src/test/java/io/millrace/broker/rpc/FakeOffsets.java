package io.millrace.broker.rpc;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.GroupOffsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Remembers commits and answers with {@link #answer}. */
final class FakeOffsets implements GroupOffsets {

    record Commit(String group, List<OffsetCommit> offsets) {}

    final List<Commit> commits = new CopyOnWriteArrayList<>();
    final List<List<String>> fetches = new CopyOnWriteArrayList<>();
    volatile Outcome<List<CommittedOffset>> answer = Outcome.ok(List.of());

    @Override
    public void commit(String group, List<OffsetCommit> offsets, Consumer<Outcome<List<CommittedOffset>>> reply) {
        commits.add(new Commit(group, offsets));
        reply.accept(answer);
    }

    @Override
    public void fetch(String group, List<String> topics, Consumer<Outcome<List<CommittedOffset>>> reply) {
        fetches.add(topics);
        reply.accept(answer);
    }
}
