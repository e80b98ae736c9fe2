package io.millrace.broker.rpc;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.Committer;
import io.millrace.broker.group.GroupDescription;
import io.millrace.broker.group.GroupPage;
import io.millrace.broker.group.Groups;
import io.millrace.broker.group.MemberOpening;
import io.millrace.broker.group.MemberSession;
import io.millrace.broker.group.MemberStream;
import io.millrace.broker.group.OffsetReset;
import io.millrace.broker.group.ResetOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Remembers what it is asked and answers with {@link #answer}. */
final class FakeGroups implements Groups {

    record Commit(String group, Committer committer, List<OffsetCommit> offsets) {}

    final List<Commit> commits = new CopyOnWriteArrayList<>();
    final List<List<String>> fetches = new CopyOnWriteArrayList<>();
    final List<Object> asked = new CopyOnWriteArrayList<>();
    volatile Outcome<List<CommittedOffset>> answer = Outcome.ok(List.of());
    /** Commits are remembered and not answered. */
    volatile boolean isSilent;

    volatile int coordinator = NO_COORDINATOR;

    @Override
    public int coordinator(String group) {
        return coordinator;
    }

    @Override
    public MemberSession join(MemberOpening opening, MemberStream stream) {
        asked.add(opening);
        return new MemberSession() {
            @Override
            public void heartbeat(long number, long generation, Set<TopicPartition> holds) {
                asked.add(holds);
            }

            @Override
            public void leave() {
                asked.add("left");
            }

            @Override
            public void broken() {
                asked.add("broken");
            }
        };
    }

    @Override
    public void commit(
            String group,
            Committer committer,
            List<OffsetCommit> offsets,
            Consumer<Outcome<List<CommittedOffset>>> reply) {
        commits.add(new Commit(group, committer, offsets));
        if (!isSilent) {
            reply.accept(answer);
        }
    }

    @Override
    public void fetch(String group, List<String> topics, Consumer<Outcome<List<CommittedOffset>>> reply) {
        fetches.add(topics);
        reply.accept(answer);
    }

    @Override
    public void list(String from, Consumer<Outcome<GroupPage>> reply) {
        reply.accept(Outcome.ok(new GroupPage(List.of(), "")));
    }

    @Override
    public void describe(String group, Consumer<Outcome<GroupDescription>> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reset(OffsetReset reset, Consumer<Outcome<List<ResetOffset>>> reply) {
        asked.add(reset);
        reply.accept(Outcome.ok(List.of()));
    }

    @Override
    public void delete(String group, Consumer<Outcome<Boolean>> reply) {
        asked.add(group);
        reply.accept(Outcome.ok(true));
    }

    @Override
    public void deleteOffsets(String group, String topic, Consumer<Outcome<Boolean>> reply) {
        asked.add(group + "/" + topic);
        reply.accept(Outcome.ok(true));
    }
}
