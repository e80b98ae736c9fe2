package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member's machine, its clock, and a record of what it asks for. */
abstract class GroupMachineScene {
    static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    static final OwnedPartition P0 = partition(0);
    static final OwnedPartition P1 = partition(1);
    static final OwnedPartition P2 = partition(2);
    final Routes routes = new Routes(List.of("a:1", "b:1", "c:1"));
    final Effects effects = new Effects();
    GroupMachine machine = machine(GroupConfig.of("g"));
    int memberIds;
    long nowNs = -5_000_000_000L;

    /** Writes down what is asked for, a word and its arguments each. */
    static final class Effects implements GroupEffects {
        final List<String> log = new ArrayList<>();
        long lastNumber;

        long entered = -1;

        @Nullable
        MillraceException told;

        @Nullable
        MillraceException heldUpBy;

        @Override
        public void open(long streamId, String endpoint, String memberId, long generation, Set<OwnedPartition> holds) {
            log.add("open " + streamId + " " + endpoint + " " + memberId + " g" + generation + " " + names(holds));
        }

        @Override
        public void heartbeat(long streamId, long number, long generation, Set<OwnedPartition> holds) {
            lastNumber = number;
            log.add("heartbeat " + streamId + " g" + generation + " " + names(holds));
        }

        @Override
        public void leave(long streamId) {
            log.add("leave " + streamId);
        }

        @Override
        public void cancel(long streamId) {
            log.add("cancel " + streamId);
        }

        @Override
        public void assign(Set<OwnedPartition> partitions) {
            log.add("assign " + names(partitions));
        }

        @Override
        public void revoke(int membership, Set<OwnedPartition> partitions) {
            log.add("revoke " + membership + " " + names(partitions));
        }

        @Override
        public void lose(String why) {
            log.add("lose");
        }

        @Override
        public void enter(long generation) {
            entered = generation;
        }

        @Override
        public void tell(@Nullable MillraceException failure) {
            told = failure;
        }

        @Override
        public void holdUp(@Nullable MillraceException why) {
            heldUpBy = why;
        }
    }

    GroupMachine machine(GroupConfig config) {
        return new GroupMachine(config, routes, effects, () -> 1.0, () -> "m" + ++memberIds);
    }

    void joined(OwnedPartition... partitions) {
        machine.join();
        pump();
        machine.onAssignment(1, 7, Set.of(partitions), nowNs);
        pump();
    }

    List<String> pumpAfter(long ms) {
        nowNs += ms * MS;
        return pump();
    }

    List<String> pump() {
        machine.pump(nowNs);
        List<String> log = List.copyOf(effects.log);
        effects.log.clear();
        return log;
    }

    static MillraceException broken() {
        return MillraceException.withoutDetail(
                Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null);
    }

    static MillraceException noBroker() {
        return MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null);
    }

    static MillraceException redirect(String endpoint) {
        return refused(ErrorDetail.newBuilder()
                .setReason(ErrorReason.ERROR_REASON_NOT_GROUP_COORDINATOR)
                .setLeader(LeaderHint.newBuilder().setEndpoint(endpoint)));
    }

    static MillraceException refused(ErrorReason reason) {
        return refused(ErrorDetail.newBuilder().setReason(reason));
    }

    static MillraceException refused(ErrorDetail.Builder detail) {
        return new MillraceException(
                Kind.REFUSED, detail.setCertainty(Certainty.CERTAINTY_DEFINITE).build(), "told so by the test", null);
    }

    static OwnedPartition partition(int partition) {
        return new OwnedPartition(new TopicPartition("orders", partition), "t1");
    }

    static Set<Integer> names(Set<OwnedPartition> partitions) {
        Set<Integer> names = new TreeSet<>();
        partitions.forEach(one -> names.add(one.id().partition()));
        return names;
    }
}
