package io.millrace.lab.simulation;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.Committer;
import io.millrace.lab.simulation.check.CommitMark;
import io.millrace.lab.simulation.check.GroupWatch;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Commits for a group that has no members, forward only, and asks any broker where the groups are: what was sent last may
 * arrive first, and a coordinator that was one must not answer.
 */
final class SimLoner {

    private static final String GROUP = "alone";
    private static final long CALL_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Workload workload;
    private final String address = "loner";
    private final long everyNs;
    private final Chance chance;
    private final SimProcess process;
    private final TreeMap<TopicPartition, Long> offsets = new TreeMap<>();
    private int broker = 1;
    private boolean isStopped;

    SimLoner(Workload workload, long everyNs, Chance chance) {
        this.workload = workload;
        this.everyNs = everyNs;
        this.chance = chance.forUse(address);
        this.process = workload.cluster().time().process(address);
    }

    void start() {
        workload.cluster().time().after(chance.between(0, 2 * everyNs), process, this::next);
    }

    void stop() {
        isStopped = true;
    }

    private GroupWatch watch() {
        return workload.checks().groups();
    }

    private void next() {
        if (isStopped) {
            return;
        }
        List<TopicPartition> partitions = workload.partitions();
        if (!partitions.isEmpty() && chance.oneIn(2)) {
            commit(chance.oneOf(partitions));
        } else {
            List<String> groups = new ArrayList<>(workload.groups());
            groups.add(GROUP);
            call(anyBroker(), new Look(chance.oneOf(groups), partitions));
        }
        start();
    }

    private void commit(TopicPartition partition) {
        long offset = offsets.getOrDefault(partition, 0L) + 1;
        if (offset <= workload.checks().committedEnd(partition)) {
            offsets.put(partition, offset);
            call(broker, new Commit(partition, offset));
        }
    }

    private int anyBroker() {
        return chance.between(1, workload.cluster().hosts().size());
    }

    private <A> void call(int whom, SimCall.Client<A> call) {
        workload.cluster().network().call(address, process, SimHost.address(whom), CALL_TIMEOUT_NS, call);
    }

    /** It waits for no answer to an earlier one, so that they may overtake each other. */
    private final class Commit implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final TopicPartition partition;
        private final long offset;
        private final CommitMark mark = new CommitMark(1, address, 0);
        private final int sent;

        Commit(TopicPartition partition, long offset) {
            this.partition = partition;
            this.offset = offset;
            this.sent = watch().mark(GROUP, partition);
            watch().onSent(GROUP, partition, offset, mark);
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            OffsetCommit commit = new OffsetCommit(
                    workload.topic(partition.topicId()),
                    partition.topicId(),
                    partition.partition(),
                    offset,
                    -1,
                    mark.text(),
                    false);
            peer.groups().commit(GROUP, Committer.NOBODY, List.of(commit), reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            if (answer instanceof Outcome.Ok<List<CommittedOffset>>) {
                watch().onCommitted(GROUP, partition, sent, offset, false);
            } else {
                Refusal refusal = ((Outcome.No<List<CommittedOffset>>) answer).refusal();
                Refusal.LeaderHint hint = refusal.leader();
                broker = hint != null && hint.brokerId() > 0 ? hint.brokerId() : anyBroker();
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            broker = anyBroker();
        }
    }

    /** What somebody is told of a group was so at some moment since he asked. */
    private final class Look implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final String group;
        private final TreeMap<TopicPartition, Integer> marks = new TreeMap<>();

        Look(String group, List<TopicPartition> partitions) {
            this.group = group;
            partitions.forEach(partition -> marks.put(partition, watch().mark(group, partition)));
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            peer.groups().fetch(group, List.of(), reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            if (answer instanceof Outcome.Ok<List<CommittedOffset>> ok) {
                for (CommittedOffset found : ok.value()) {
                    TopicPartition partition = new TopicPartition(found.topicId(), found.partition());
                    Integer mark = marks.get(partition);
                    if (mark != null) {
                        watch().onSeen(group, partition, mark, found.offset());
                    }
                }
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {}
    }
}
