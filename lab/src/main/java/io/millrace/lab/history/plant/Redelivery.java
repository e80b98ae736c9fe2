package io.millrace.lab.history.plant;

import io.millrace.lab.history.BrokerEvent.TopicGone;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.Commit;
import io.millrace.lab.history.GroupEvent.CommitOk;
import io.millrace.lab.history.GroupEvent.Joined;
import io.millrace.lab.history.GroupEvent.Left;
import io.millrace.lab.history.GroupEvent.Revoked;
import io.millrace.lab.history.GroupEvent.SetByHand;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.PartitionOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks for a member's first answer out of a partition that it has just got, at the very offset that a commit had stored
 * before. Whatever a group has read before somebody moved its offsets on purpose is no such place: it may be read again.
 */
final class Redelivery implements HistoryListener {

    private static final int NOWHERE = -1;

    private final Map<Asked, Commit> asked = new HashMap<>();
    private final Map<Held, Long> stored = new HashMap<>();
    private final Set<String> movedOnPurpose = new HashSet<>();
    private final Map<String, Set<Partition>> held = new HashMap<>();
    /** Where who has got a partition and not read yet has to begin, by process. */
    private final Map<Held, Long> starts = new HashMap<>();

    private final Map<String, String> groups = new HashMap<>();
    private int place = NOWHERE;

    private record Asked(String process, long op) {}

    /** @param by a group or a process */
    private record Held(String by, Partition partition) {}

    /** Index of the answer, negative where there is none. */
    int place() {
        return place;
    }

    @Override
    public void on(Commit event, long at) {
        asked.put(new Asked(event.at().process(), event.op()), event);
        if (event.rewind()) {
            movedOnPurpose.add(event.group());
        }
    }

    @Override
    public void on(SetByHand event, long at) {
        movedOnPurpose.add(event.group());
    }

    @Override
    public void on(CommitOk event, long at) {
        Commit commit = asked.remove(new Asked(event.at().process(), event.op()));
        if (commit != null && !movedOnPurpose.contains(commit.group())) {
            for (PartitionOffset to : commit.offsets()) {
                stored.merge(new Held(commit.group(), to.partition()), to.offset(), Math::max);
            }
        }
    }

    @Override
    public void on(Assigned event, long at) {
        String process = event.at().process();
        groups.put(process, event.group());
        Set<Partition> before = held.computeIfAbsent(process, first -> new HashSet<>());
        for (Partition partition : event.partitions()) {
            Long from = before.add(partition) ? stored.get(new Held(event.group(), partition)) : null;
            if (from != null && from > 0) {
                starts.put(new Held(process, partition), from);
            }
        }
    }

    @Override
    public void on(Fetched event, long at) {
        String process = event.at().process();
        Long start = starts.remove(new Held(process, event.partition()));
        if (place == NOWHERE
                && start != null
                && start == event.position()
                && !movedOnPurpose.contains(groups.get(process))) {
            place = (int) at;
        }
    }

    @Override
    public void on(Seek event, long at) {
        starts.remove(new Held(event.at().process(), event.partition()));
    }

    @Override
    public void on(Revoked event, long at) {
        event.partitions().forEach(partition -> {
            starts.remove(new Held(event.at().process(), partition));
            held.getOrDefault(event.at().process(), new HashSet<>()).remove(partition);
        });
    }

    @Override
    public void on(Joined event, long at) {
        leave(event.at().process());
    }

    @Override
    public void on(Left event, long at) {
        leave(event.at().process());
    }

    private void leave(String process) {
        held.remove(process);
        starts.keySet().removeIf(start -> start.by().equals(process));
    }

    @Override
    public void on(TopicGone event, long at) {
        starts.keySet().removeIf(start -> start.partition().topic().equals(event.topic()));
        stored.keySet().removeIf(store -> store.partition().topic().equals(event.topic()));
    }
}
