package io.millrace.broker.group;

import com.google.re2j.Pattern;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.AssignorName;
import io.millrace.broker.core.group.MemberConfig;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.core.group.Subscription;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.coordinator.CoordinatorOffsetStore;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Coordinators of a few brokers on one tree, on virtual time; topic {@code t} has three partitions of 100 records. */
final class GroupsWorld {
    final VirtualTime time = new VirtualTime();
    private final InMemoryTree tree = new InMemoryTree();
    private final Safeguards safeguards;
    private final InMemoryCoordinator reader = tree.connect(time.loop());
    final Map<String, Integer> partitionCounts = new TreeMap<>(Map.of("t", 3));
    final Map<String, String> topicIds = new HashMap<>();
    final Map<TopicPartition, Long> ends = new HashMap<>();
    /** Topics of which the service says so, whatever images show. */
    final Set<String> deleted = new TreeSet<>();

    final Set<Integer> live = new TreeSet<>();
    long wallOffsetMs;
    final Map<Integer, Host> hosts = new TreeMap<>();

    GroupsWorld(int... brokers) {
        this(Safeguards.ALL, brokers);
    }

    GroupsWorld(Safeguards safeguards, int... brokers) {
        this.safeguards = safeguards;
        reader.commit(List.of(new Operation.Create(Paths.GROUPS, "", false)));
        Arrays.stream(brokers).forEach(live::add);
        live.forEach(id -> hosts.put(id, new Host(id)));
        publish();
    }

    /** A broker, as far as groups are concerned. */
    final class Host {
        final CrowdedLoop loop = new CrowdedLoop(time.loop());
        final InMemoryCoordinator service = tree.connect(loop);
        final GroupCoordinator groups;
        /** What it sees: another one where it lags behind. */
        @Nullable
        ClusterImage image;

        Host(int id) {
            groups = new GroupCoordinator(
                    new BrokerIncarnation(id, 1),
                    () -> image == null ? image() : image,
                    new CoordinatorOffsetStore(service),
                    new Lookup(),
                    (topic, topicId, reply) -> reply.accept(deleted.contains(topic)),
                    new SettableClock(),
                    loop,
                    TimeUnit.DAYS.toMillis(7),
                    safeguards);
            groups.start();
        }
    }

    /** Time whose wall clock somebody may set. */
    private final class SettableClock implements Clock {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public long wallMillis() {
            return time.wallMillis() + wallOffsetMs;
        }
    }

    /** Every partition has 100 records unless said otherwise. */
    private final class Lookup implements PartitionLookup {
        @Override
        public OptionalLong localEnd(TopicPartition partition) {
            return OptionalLong.empty();
        }

        @Override
        public void find(String topic, TopicPartition partition, Position position, Consumer<Outcome<Found>> reply) {
            long end = ends.getOrDefault(partition, 100L);
            if (position instanceof Position.Earliest) {
                reply.accept(Outcome.ok(new Found(0, -1, end)));
            } else if (position instanceof Position.Offset offset) {
                boolean isThere = offset.offset() < end;
                // One record a second, the last one just now.
                reply.accept(Outcome.ok(new Found(
                        isThere ? offset.offset() : -1,
                        isThere ? time.wallMillis() - 1000 * (end - 1 - offset.offset()) : -1,
                        end)));
            } else if (position instanceof Position.Time at) {
                reply.accept(Outcome.ok(new Found(at.timestampMs() < end ? at.timestampMs() : -1, -1, end)));
            } else {
                reply.accept(Outcome.ok(new Found(end, -1, end)));
            }
        }
    }

    ClusterImage image() {
        TreeMap<Integer, BrokerImage> brokers = new TreeMap<>();
        live.forEach(id -> brokers.put(id, new BrokerImage(new BrokerIncarnation(id, 1), new TreeMap<>(), null)));
        TopicConfig config = new TopicConfig(Durability.FSYNC, 1, 1 << 20, 1 << 20);
        TreeMap<String, TopicImage> topics = new TreeMap<>();
        partitionCounts.forEach((name, count) ->
                topics.put(name, new TopicImage(name, id(name), count, 1, config, List.of(), new TreeMap<>())));
        return new ClusterImage("c", new BrokerIncarnation(1, 1), 1, "c:1", brokers, brokers, topics);
    }

    String id(String topic) {
        return topicIds.getOrDefault(topic, "id-" + topic);
    }

    TopicPartition partition(String topic, int number) {
        return new TopicPartition(id(topic), number);
    }

    /** All brokers see what there is now. */
    void publish() {
        hosts.values().forEach(host -> host.groups.onImage(image()));
        time.settle();
    }

    void pass(long ms) {
        time.advance(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** Of the broker that coordinates it. */
    GroupCoordinator of(String group) {
        return host(anyHost().groups.coordinator(group)).groups;
    }

    Host host(int id) {
        return Objects.requireNonNull(hosts.get(id));
    }

    private Host anyHost() {
        return host(live.iterator().next());
    }

    <T> Outcome<T> answer(Consumer<Consumer<Outcome<T>>> question) {
        List<Outcome<T>> answers = new ArrayList<>();
        question.accept(answers::add);
        time.settle();
        if (answers.size() != 1) {
            throw new AssertionError("answered " + answers.size() + " times");
        }
        return answers.get(0);
    }

    /** What becomes of a question whatever its answer's type. */
    Outcome<?> ask(Consumer<Replies> question) {
        Replies replies = new Replies();
        question.accept(replies);
        time.settle();
        if (replies.got.size() != 1) {
            throw new AssertionError("answered " + replies.got.size() + " times");
        }
        return replies.got.get(0);
    }

    /** Takes an answer of any type. */
    static final class Replies {
        private final List<Outcome<?>> got = new ArrayList<>();

        <T> Consumer<Outcome<T>> to() {
            return got::add;
        }
    }

    static Refusal refusal(Outcome<?> outcome) {
        if (outcome instanceof Outcome.No<?> no) {
            return no.refusal();
        }
        throw new AssertionError("not refused: " + outcome);
    }

    static <T> T value(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Ok<T> ok) {
            return ok.value();
        }
        throw new AssertionError("refused: " + outcome);
    }

    /** What there is at {@code path} whenever {@code trigger} is written. */
    List<Node> seenWith(String trigger, String path) {
        List<Node> seen = new ArrayList<>();
        InMemoryCoordinator eye = tree.connect(Runnable::run);
        eye.watch(trigger, new TreeListener() {
            @Override
            public void onNode(Node node) {
                seen.add(eye.read(path).toCompletableFuture().join().orElseThrow());
            }

            @Override
            public void onDeleted(String deleted) {}

            @Override
            public void onInitialized() {}
        });
        return seen;
    }

    Node read(String path) {
        return find(path).orElseThrow();
    }

    Optional<Node> find(String path) {
        List<Optional<Node>> found = new ArrayList<>();
        reader.read(path).thenAccept(found::add);
        time.settle();
        return found.get(0);
    }

    static OffsetCommit offset(String topic, int partition, long offset) {
        return new OffsetCommit(topic, null, partition, offset, 3, "", false);
    }

    Member member(String group, String id) {
        return new Member(group, id, null);
    }

    Member instance(String group, String id, String instanceId) {
        return new Member(group, id, instanceId);
    }

    /** Reads what it is told to, and says so. */
    final class Member implements MemberStream {
        final String group;
        final String id;
        final @Nullable String instanceId;
        SortedSet<TopicPartition> reads = new TreeSet<>();
        long generation;
        long commitsFrom;

        @Nullable
        Refusal refused;

        int endedFor = Integer.MIN_VALUE;

        long beats;
        long heard;

        @Nullable
        MemberSession session;

        Member(String group, String id, @Nullable String instanceId) {
            this.group = group;
            this.id = id;
            this.instanceId = instanceId;
        }

        Member join() {
            refused = null;
            endedFor = Integer.MIN_VALUE;
            MemberConfig config = new MemberConfig(
                    instanceId,
                    new Subscription(new TreeSet<>(), Pattern.compile("t.*")),
                    AssignorName.UNIFORM,
                    null,
                    "client",
                    "host",
                    10_000,
                    60_000);
            session = of(group).join(new MemberOpening(group, id, generation, reads, commitsFrom, config), this);
            time.settle();
            return this;
        }

        void beat() {
            if (session != null) {
                beats++;
                session.heartbeat(beats, generation, reads);
            }
            time.settle();
        }

        void leave() {
            if (session != null) {
                session.leave();
            }
            time.settle();
        }

        /** SIGKILL: the connection breaks. */
        void die() {
            if (session != null) {
                session.broken();
            }
            time.settle();
        }

        Set<Integer> numbers() {
            Set<Integer> numbers = new TreeSet<>();
            reads.forEach(partition -> numbers.add(partition.partition()));
            return numbers;
        }

        Outcome<?> commit(int partition, long offset) {
            return ask(reply -> of(group)
                    .commit(
                            group,
                            new Committer(id, generation, 0),
                            List.of(offset("t", partition, offset)),
                            reply.to()));
        }

        @Override
        public void assign(long newGeneration, SortedSet<TopicPartition> partitions) {
            generation = newGeneration;
            reads = partitions;
        }

        @Override
        public void heard(long number) {
            heard = number;
        }

        @Override
        public void refuse(Refusal why) {
            refused = why;
        }

        @Override
        public void end(int coordinator) {
            endedFor = coordinator;
        }
    }
}
