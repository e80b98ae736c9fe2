package io.millrace.lab.history.check;

import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.Commit;
import io.millrace.lab.history.GroupEvent.CommitOk;
import io.millrace.lab.history.GroupEvent.Committed;
import io.millrace.lab.history.GroupEvent.CommittedOk;
import io.millrace.lab.history.GroupEvent.Joined;
import io.millrace.lab.history.GroupEvent.Left;
import io.millrace.lab.history.GroupEvent.Revoked;
import io.millrace.lab.history.GroupEvent.SetByHand;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.lab.history.check.GroupState.Claim;
import io.millrace.lab.history.check.GroupState.Floor;
import io.millrace.lab.history.check.GroupState.Hold;
import io.millrace.lab.history.check.GroupState.Progress;
import io.millrace.lab.history.check.GroupState.Turn;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * S26 and S27: one member reads a partition at a time, commits of others are not stored, what is committed goes back only
 * where somebody asked for that, and nothing is left out when a partition changes hands.
 */
final class GroupCheck implements HistoryListener {

    private final Truths truths;
    private final Holes holes;
    private final Counts counts;
    private final Findings findings;
    private final Map<String, GroupState> groups = new HashMap<>();
    /** By process. */
    private final Map<String, Membership> memberships = new HashMap<>();

    private final Pending<SentCommit> commits = new Pending<>();
    private final Pending<Map<Partition, Floor>> questions = new Pending<>();

    private record Membership(String group, String member) {}

    /** @param floors when it was sent, of each partition in it */
    private record SentCommit(
            Commit event, long place, Map<Partition, Floor> floors, Map<Partition, String> strangers) {}

    GroupCheck(Truths truths, Counts counts, Holes holes, Findings findings) {
        this.truths = truths;
        this.holes = holes;
        this.counts = counts;
        this.findings = findings;
    }

    private GroupState group(String name) {
        return groups.computeIfAbsent(name, first -> new GroupState());
    }

    @Override
    public void on(Joined event, long place) {
        leave(event.at().process());
        memberships.put(event.at().process(), new Membership(event.group(), event.member()));
    }

    @Override
    public void on(Left event, long place) {
        leave(event.at().process());
    }

    private void leave(String process) {
        Membership before = memberships.remove(process);
        if (before != null) {
            group(before.group()).holds(before.member()).clear();
        }
    }

    @Override
    public void on(Assigned event, long place) {
        memberships.put(event.at().process(), new Membership(event.group(), event.member()));
        GroupState group = group(event.group());
        Map<Partition, Hold> holds = group.holds(event.member());
        for (Partition partition : event.partitions()) {
            Claim claim = new Claim(event.member(), event.generation(), place);
            checkTurn(event, group, partition, claim);
            Progress progress = group.of(partition);
            if (progress.owner == null || progress.owner.generation() < claim.generation()) {
                progress.owner = claim;
            }
            holds.computeIfAbsent(partition, first -> new Hold(progress.floor()));
        }
    }

    private void checkTurn(Assigned event, GroupState group, Partition partition, Claim claim) {
        Claim first = group.turns.putIfAbsent(new Turn(event.generation(), partition), claim);
        if (first != null && !first.member().equals(event.member()) && !group.wasDeleted) {
            findings.add(
                    Anomaly.TWO_OWNERS,
                    event.group() + ": " + partition + " is " + first.member() + "'s and " + event.member()
                            + "'s in generation " + event.generation(),
                    first.place(),
                    claim.place());
        }
    }

    @Override
    public void on(Revoked event, long place) {
        event.partitions().forEach(group(event.group()).holds(event.member())::remove);
    }

    @Override
    public void on(Fetched event, long place) {
        Membership by = memberships.get(event.at().process());
        if (by == null || truths.isGone(event.partition())) {
            return;
        }
        GroupState group = group(by.group());
        Progress progress = group.of(event.partition());
        Hold hold = group.holds(by.member()).get(event.partition());
        if (hold != null && !hold.hasRead) {
            hold.hasRead = true;
            checkStart(by, event, hold.floor, progress, place);
        }
        if (progress.base < 0) {
            progress.base = event.position();
        }
        // What is missing within an answer is another finding.
        event.records().forEach(run -> progress.read.add(event.position(), run.endOffset()));
    }

    private void checkStart(Membership by, Fetched event, Floor floor, Progress progress, long place) {
        if (progress.isStill(floor) && event.position() < floor.offset()) {
            findings.add(
                    Anomaly.REDELIVERED_BELOW_COMMIT,
                    by.group() + ": " + by.member() + " begins to read " + event.partition() + " at " + event.position()
                            + ", and " + floor.offset() + " was committed before it got it",
                    floor.place(),
                    place);
        }
    }

    /** Where a member goes forward of its own will, nothing is left out by mistake. */
    @Override
    public void on(Seek event, long place) {
        Membership by = memberships.get(event.at().process());
        if (by != null) {
            GroupState group = group(by.group());
            Progress progress = group.of(event.partition());
            progress.read.add(Math.max(0, progress.base), event.offset());
            Hold hold = group.holds(by.member()).get(event.partition());
            if (hold != null) {
                hold.hasRead = true;
            }
        }
    }

    @Override
    public void on(Commit event, long place) {
        GroupState group = group(event.group());
        Map<Partition, Floor> floors = new HashMap<>();
        Map<Partition, String> strangers = new HashMap<>();
        SentCommit sent = new SentCommit(event, place, floors, strangers);
        for (PartitionOffset to : event.offsets()) {
            Progress progress = group.of(to.partition());
            String why = whyNotOwner(group, event, to.partition(), progress);
            if (why != null) {
                strangers.put(to.partition(), why);
            }
            if (event.rewind()) {
                progress.goBack();
                progress.rewinds.add(event);
            } else {
                checkRead(event, to, progress, place);
            }
            floors.put(to.partition(), progress.floor());
        }
        commits.ask(event.at(), event.op(), sent);
    }

    private static @Nullable String whyNotOwner(
            GroupState group, Commit event, Partition partition, Progress progress) {
        Claim owner = progress.owner;
        if (group.wasDeleted) {
            return null;
        }
        if (owner != null && !owner.member().equals(event.member()) && owner.generation() > event.generation()) {
            return owner.member() + " had it since generation " + owner.generation();
        }
        return group.holds(event.member()).containsKey(partition) ? null : "it does not hold it";
    }

    private void checkRead(Commit event, PartitionOffset to, Progress progress, long place) {
        if (progress.base < 0) {
            return;
        }
        Truth truth = truths.of(to.partition());
        for (long from = progress.read.firstMissing(progress.base);
                from < to.offset();
                from = progress.read.firstMissing(from)) {
            long end = Math.min(to.offset(), progress.read.firstPresent(from));
            holes.add(truth, Anomaly.GROUP_SKIP, from, end, event.group() + " until its commit", place);
            progress.read.add(from, end);
        }
    }

    @Override
    public void on(CommitOk event, long place) {
        SentCommit sent = commits.answer(event.at(), event.op());
        if (sent == null) {
            return;
        }
        counts.commits++;
        GroupState group = group(event.group());
        sent.strangers().forEach((partition, why) -> reportStranger(sent, partition, why, group, place));
        for (PartitionOffset to : sent.event().offsets()) {
            Progress progress = group.of(to.partition());
            progress.rewinds.remove(sent.event());
            Floor before = Objects.requireNonNull(sent.floors().get(to.partition()));
            if (progress.isStill(before)) {
                progress.commit(to.offset(), place);
            }
        }
    }

    private void reportStranger(SentCommit sent, Partition partition, String why, GroupState group, long place) {
        if (!group.wasDeleted && !truths.isGone(partition)) {
            findings.add(
                    Anomaly.COMMIT_BY_NON_OWNER,
                    sent.event().group() + ": a commit of " + sent.event().member() + " in generation "
                            + sent.event().generation() + " for " + partition + " is stored, and " + why,
                    sent.place(),
                    place);
        }
    }

    @Override
    public void on(Failed event, long place) {
        questions.answer(event.at(), event.op());
        SentCommit sent = commits.answer(event.at(), event.op());
        if (sent != null && event.certainty() == Certainty.DEFINITE) {
            sent.event()
                    .offsets()
                    .forEach(to -> group(sent.event().group())
                            .of(to.partition())
                            .rewinds
                            .remove(sent.event()));
        }
    }

    @Override
    public void on(Committed event, long place) {
        questions.ask(event.at(), event.op(), group(event.group()).floors());
    }

    @Override
    public void on(CommittedOk event, long place) {
        Map<Partition, Floor> floors = questions.answer(event.at(), event.op());
        if (floors == null) {
            return;
        }
        GroupState group = group(event.group());
        for (PartitionOffset found : event.offsets()) {
            Progress progress = group.of(found.partition());
            Floor floor = floors.getOrDefault(found.partition(), new Floor(-1, 0, 0));
            if (!progress.isStill(floor) || truths.isGone(found.partition())) {
                continue;
            }
            if (found.offset() < floor.offset()) {
                findings.add(
                        Anomaly.COMMIT_BACK,
                        event.group() + ": " + found.offset() + " is told as committed of " + found.partition()
                                + ", and it was " + floor.offset() + " before anybody asked",
                        floor.place(),
                        place);
            }
            progress.commit(found.offset(), place);
        }
    }

    @Override
    public void on(SetByHand event, long place) {
        group(event.group()).setByHand(event.deleted());
    }
}
