package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several members of one group, whose coordinator moves, hangs and dies, whose streams break or swallow what is sent, and
 * which sleep now and then. At no time may two of them read one partition. The seed is in the name of what fails.
 */
final class GroupMachineModelTest {
    private static final int RUNS = 100;
    private static final int STEPS = 3_000;

    @Test
    void noTwoMembersEverReadOnePartitionAndInTheEndEachIsRead() {
        long first = new Random().nextLong(1_000_000_000);
        for (long seed = first; seed < first + RUNS; seed++) {
            run(seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSameForSeedsThatNeverChangeOrHaveFailedBefore(long seed) {
        run(seed);
    }

    private static void run(long seed) {
        try {
            new Run(seed).play();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static final class Run {
        private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
        private static final long SESSION_NS = 10_000 * MS;
        private static final long BROKEN_NS = 2_000 * MS;
        private static final int BROKERS = 3;

        private final Random random;
        private final List<Reader> processes = new ArrayList<>();
        private final List<Stream> streams = new ArrayList<>();
        private final Map<String, Seat> seats = new LinkedHashMap<>();
        private final ModelGroup group;
        private final long[] hangsUntilNs = new long[BROKERS];
        private int coordinator;
        private boolean hasFaults = true;
        private int memberIds;
        private long nowNs;

        Run(long seed) {
            random = new Random(seed);
            nowNs = random.nextLong();
            for (int i = 0; i < BROKERS; i++) {
                hangsUntilNs[i] = nowNs;
            }
            Set<OwnedPartition> partitions = new LinkedHashSet<>();
            for (int i = 0; i < 4; i++) {
                partitions.add(new OwnedPartition(new TopicPartition("orders", i), "t1"));
            }
            group = new ModelGroup(partitions);
            for (int i = 0; i < 3; i++) {
                processes.add(new Reader());
            }
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                check();
            }
            hasFaults = false;
            for (int step = 0; step < 8_000; step++) {
                nowNs += 10 * MS;
                processes.forEach(this::wake);
                List.copyOf(streams).forEach(Stream::deliver);
                List.copyOf(streams).forEach(Stream::answer);
                processes.forEach(Reader::letGo);
                expire();
                processes.forEach(Reader::pump);
                check();
            }
            List<OwnedPartition> read = new ArrayList<>();
            processes.forEach(process -> read.addAll(process.reading));
            assertThat(read).as("read at the end").hasSize(4).doesNotHaveDuplicates();
            assertThat(seats).as("members at the end").hasSize(processes.size());
        }

        private void step() {
            switch (random.nextInt(40)) {
                case 0 -> fault();
                case 1, 2 -> processes.get(random.nextInt(processes.size())).letGo();
                case 3 -> nowNs += random.nextInt(10) == 0 ? random.nextInt(3_000) * MS : 100 * MS;
                case 4 -> processes.forEach(this::wake);
                default -> {
                    nowNs += random.nextInt(20) * MS;
                    if (!streams.isEmpty()) {
                        Stream stream = streams.get(random.nextInt(streams.size()));
                        stream.deliver();
                        stream.answer();
                    }
                }
            }
            expire();
            processes.forEach(Reader::pump);
        }

        private void fault() {
            switch (random.nextInt(8)) {
                case 0, 1 -> anyStream(Stream::breakOff);
                case 2 -> anyStream(stream -> stream.isSwallowing = true);
                case 3, 4 -> sleep(processes.get(random.nextInt(processes.size())));
                case 5 -> moveOrderly();
                case 6 -> die();
                default -> hang();
            }
        }

        private void anyStream(java.util.function.Consumer<Stream> action) {
            if (!streams.isEmpty()) {
                action.accept(streams.get(random.nextInt(streams.size())));
            }
        }

        private void sleep(Reader process) {
            process.sleepsUntilNs = nowNs + random.nextInt(15_000) * MS;
            process.isAsleep = true;
        }

        private void wake(Reader process) {
            if (process.isAsleep && (!hasFaults || nowNs - process.sleepsUntilNs >= 0)) {
                process.isAsleep = false;
                List<Runnable> missed = List.copyOf(process.missed);
                process.missed.clear();
                missed.forEach(Runnable::run);
                process.pump();
            }
        }

        private void moveOrderly() {
            int next = random.nextInt(BROKERS);
            for (Stream stream : List.copyOf(streams)) {
                if (stream.broker == coordinator && stream.seat != null && next != coordinator) {
                    boolean isKnown = random.nextBoolean();
                    stream.words.add(
                            () -> stream.process.machine.onEnd(stream.id, isKnown ? "b" + next + ":1" : "", nowNs));
                }
            }
            succeed(next);
        }

        private void die() {
            int old = coordinator;
            succeed((coordinator + 1) % BROKERS);
            List.copyOf(streams).stream().filter(stream -> stream.broker == old).forEach(Stream::breakOff);
        }

        /** It is fenced where it hangs, and another one takes over. */
        private void hang() {
            hangsUntilNs[coordinator] = nowNs + random.nextInt(20_000) * MS;
            succeed((coordinator + 1) % BROKERS);
        }

        private void succeed(int next) {
            if (next != coordinator) {
                coordinator = next;
                seats.values().forEach(seat -> {
                    // It has seen no stream of theirs: they may be with one that hangs, and not know.
                    seat.stream = null;
                    seat.isBroken = false;
                    seat.heardNs = nowNs;
                });
                streams.forEach(stream -> stream.seat = null);
            }
        }

        private boolean isHanging(int broker) {
            return hasFaults && nowNs - hangsUntilNs[broker] < 0;
        }

        /** The coordinator's clock. */
        private void expire() {
            for (Seat seat : List.copyOf(seats.values())) {
                boolean isBroken = seat.isBroken && nowNs - seat.brokenNs >= BROKEN_NS;
                if (isBroken || nowNs - seat.heardNs >= SESSION_NS) {
                    remove(seat);
                }
            }
            seats.values().forEach(Seat::tell);
        }

        private void remove(Seat seat) {
            seats.remove(seat.memberId);
            group.remove(seat.memberId);
            Stream stream = seat.stream;
            if (stream != null) {
                stream.seat = null;
                stream.refuse(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER, "");
            }
        }

        private void check() {
            Map<OwnedPartition, Reader> readers = new HashMap<>();
            for (Reader process : processes) {
                for (OwnedPartition partition : process.isReading() ? process.reading : Set.<OwnedPartition>of()) {
                    Reader other = readers.put(partition, process);
                    assertThat(other).as("another reader of %s", partition).isNull();
                }
            }
        }

        /** A member as the coordinator knows it. */
        private final class Seat {
            final String memberId;

            @Nullable
            Stream stream;

            long heardNs;
            boolean isBroken;
            long brokenNs;
            long toldGeneration;

            Seat(String memberId) {
                this.memberId = memberId;
            }

            void tell() {
                Stream to = stream;
                ModelGroup.Member member = group.members.get(memberId);
                if (to != null && member != null && group.generation > toldGeneration) {
                    toldGeneration = group.generation;
                    long generation = group.generation;
                    Set<OwnedPartition> told = Set.copyOf(member.told);
                    to.words.add(() -> to.process.machine.onAssignment(to.id, generation, told, nowNs));
                }
            }
        }

        private final class Stream {
            final Reader process;
            final long id;
            final int broker;
            /** On their way to the broker, and back. */
            final ArrayDeque<Runnable> sent = new ArrayDeque<>();

            final ArrayDeque<Runnable> words = new ArrayDeque<>();

            @Nullable
            Seat seat;

            boolean isSwallowing;

            Stream(Reader process, long id, int broker) {
                this.process = process;
                this.id = id;
                this.broker = broker;
            }

            void deliver() {
                if (!isHanging(broker) && !sent.isEmpty()) {
                    Runnable next = sent.remove();
                    if (!isSwallowing || !hasFaults) {
                        next.run();
                    }
                }
            }

            void answer() {
                if (!process.isAsleep && !isHanging(broker) && !words.isEmpty()) {
                    Runnable next = words.remove();
                    if (!isSwallowing || !hasFaults) {
                        next.run();
                        process.pump();
                    }
                }
            }

            void open(String memberId, long generation, Set<OwnedPartition> holds) {
                if (broker != coordinator) {
                    String hint =
                            random.nextInt(4) == 0 ? "b" + random.nextInt(BROKERS) + ":1" : "b" + coordinator + ":1";
                    refuse(ErrorReason.ERROR_REASON_NOT_GROUP_COORDINATOR, random.nextInt(4) == 0 ? "" : hint);
                } else if (!group.open(memberId, generation, holds)) {
                    refuse(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER, "");
                } else {
                    Seat taken = seats.computeIfAbsent(memberId, Seat::new);
                    Stream before = taken.stream;
                    if (before != null) {
                        before.seat = null;
                    }
                    seat = taken;
                    taken.stream = this;
                    taken.isBroken = false;
                    taken.heardNs = nowNs;
                    taken.toldGeneration = -1;
                    seats.values().forEach(Seat::tell);
                }
            }

            void heartbeat(long generation, Set<OwnedPartition> holds) {
                Seat own = seat;
                if (own != null) {
                    own.heardNs = nowNs;
                    group.heartbeat(own.memberId, generation, holds);
                } else {
                    // It hung while another one took over, and finds that out now.
                    words.add(() -> process.machine.onEnd(id, "", nowNs));
                }
            }

            void leave() {
                Seat own = seat;
                if (own != null) {
                    seats.remove(own.memberId);
                    group.remove(own.memberId);
                }
                streams.remove(this);
            }

            void refuse(ErrorReason reason, String hint) {
                ErrorDetail detail = ErrorDetail.newBuilder()
                        .setReason(reason)
                        .setCertainty(Certainty.CERTAINTY_DEFINITE)
                        .setLeader(LeaderHint.newBuilder().setEndpoint(hint))
                        .build();
                words.add(() -> {
                    streams.remove(this);
                    process.machine.onClosed(id, new MillraceException(Kind.REFUSED, detail, "model", null), nowNs);
                });
            }

            /** Both ends see it: the broker now, the process as soon as it is awake. */
            void breakOff() {
                forget();
                Runnable news = () -> {
                    process.machine.onClosed(
                            id,
                            MillraceException.withoutDetail(
                                    Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "broken", null),
                            nowNs);
                    process.pump();
                };
                if (process.isAsleep) {
                    process.missed.add(news);
                } else {
                    news.run();
                }
            }

            /** The process is done with it; what it had sent may be read yet, or not. */
            void forget() {
                streams.remove(this);
                Seat own = seat;
                seat = null;
                if (own != null && own.stream == this) {
                    own.stream = null;
                    own.isBroken = true;
                    own.brokenNs = nowNs;
                }
            }
        }

        /** A member, and its application. */
        private final class Reader implements GroupEffects {
            final Routes routes = new Routes(List.of("b0:1", "b1:1", "b2:1"));
            final GroupMachine machine =
                    new GroupMachine(GroupConfig.of("g"), routes, this, random::nextDouble, () -> "m" + ++memberIds);
            final Set<OwnedPartition> reading = new LinkedHashSet<>();
            final List<Runnable> revoked = new ArrayList<>();
            final List<Runnable> missed = new ArrayList<>();
            boolean isAsleep;
            long sleepsUntilNs;
            long readableUntilNs = nowNs;

            Reader() {
                machine.join();
            }

            void pump() {
                if (isAsleep) {
                    return;
                }
                machine.pump(nowNs);
                readableUntilNs = machine.readableUntilNs();
            }

            boolean isReading() {
                return !isAsleep && nowNs - readableUntilNs < 0;
            }

            void letGo() {
                if (!isAsleep && !revoked.isEmpty()) {
                    revoked.remove(0).run();
                    pump();
                }
            }

            /** Nothing where it broke while the process slept. */
            private Optional<Stream> stream(long id) {
                return streams.stream()
                        .filter(stream -> stream.process == this && stream.id == id)
                        .findFirst();
            }

            @Override
            public void open(
                    long streamId, String endpoint, String memberId, long generation, Set<OwnedPartition> holds) {
                Stream opened = new Stream(this, streamId, endpoint.charAt(1) - '0');
                streams.add(opened);
                opened.sent.add(() -> opened.open(memberId, generation, holds));
            }

            @Override
            public void heartbeat(long streamId, long number, long generation, Set<OwnedPartition> holds) {
                stream(streamId)
                        .ifPresent(stream -> stream.sent.add(() -> {
                            stream.heartbeat(generation, holds);
                            stream.words.add(() -> machine.onHeard(streamId, number));
                        }));
            }

            @Override
            public void leave(long streamId) {
                stream(streamId).ifPresent(stream -> stream.sent.add(stream::leave));
            }

            @Override
            public void cancel(long streamId) {
                stream(streamId).ifPresent(Stream::forget);
            }

            @Override
            public void assign(Set<OwnedPartition> partitions) {
                assertThat(reading).doesNotContainAnyElementsOf(partitions);
                reading.addAll(partitions);
            }

            @Override
            public void revoke(int membership, Set<OwnedPartition> partitions) {
                assertThat(reading).containsAll(partitions);
                reading.removeAll(partitions);
                revoked.add(() -> machine.onReleased(membership, partitions));
            }

            @Override
            public void lose(String why) {
                reading.clear();
            }

            @Override
            public void tell(@Nullable MillraceException failure) {}

            @Override
            public void enter(long generation) {}

            @Override
            public void holdUp(@Nullable MillraceException why) {}
        }
    }
}
