package io.millrace.broker.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of a cluster; what must always hold is checked after every step. A failure names its seed. */
class ControllerPropertiesTest {

    private static final int STEPS = 400;
    private static final int BROKERS = 5;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatMustAlwaysHoldHoldsAfterEveryStep(long seed) {
        Run run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            ClusterState before = run.state;
            String what = run.step();
            check("seed " + seed + ", step " + step + ": " + what, before, run.state);
        }
        assertThat(run.elections).as("the run is worth something").isGreaterThan(20);
        assertThat(run.committedProposals).as("the run is worth something").isGreaterThan(3);
        assertThat(run.uncleanElections).as("the run is worth something").isPositive();
    }

    private static void check(String what, ClusterState before, ClusterState after) {
        for (TopicImage topic : after.topics().values()) {
            boolean isNew = !before.topics().containsKey(topic.name());
            topic.partitions().forEach((partition, state) -> {
                checkState(what, after, topic.config().minInsyncReplicas(), state);
                if (!isNew) {
                    checkStep(what, States.partition(before, topic.name(), partition), state);
                }
            });
        }
    }

    private static void checkState(String what, ClusterState cluster, int minInsyncReplicas, PartitionState state) {
        assertThat(state.isr()).as(what).isSorted().doesNotHaveDuplicates();
        assertThat(MembershipRules.problem(state)).as(what).isEmpty();
        if (state.isr().size() >= minInsyncReplicas) {
            assertThat(state.elr()).as(what).isEmpty();
        }
        if (state.leader() == PartitionState.NO_LEADER) {
            assertThat(state.members()).as(what).noneMatch(id -> cluster.live().containsKey(id));
        } else {
            assertThat(state.isr()).as(what).contains(state.leader());
            assertThat(cluster.isLive(new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch())))
                    .as(what)
                    .isTrue();
        }
    }

    private static void checkStep(String what, PartitionState before, PartitionState after) {
        boolean hasChanged = !before.equals(after);
        assertThat(after.partitionEpoch()).as(what).isEqualTo(before.partitionEpoch() + (hasChanged ? 1 : 0));
        boolean isSameLeadership =
                before.leader() == after.leader() && before.leaderBrokerEpoch() == after.leaderBrokerEpoch();
        assertThat(after.leaderEpoch()).as(what).isEqualTo(before.leaderEpoch() + (isSameLeadership ? 0 : 1));
        if (!isSameLeadership && after.leader() != PartitionState.NO_LEADER) {
            if (!what.endsWith(Run.UNCLEAN) || !before.members().isEmpty()) {
                assertThat(before.members()).as(what).contains(after.leader()).containsAll(after.isr());
            }
        }
        assertThat(after.replicas()).as(what).isEqualTo(before.replicas());
    }

    /** One random life. */
    private static final class Run {
        static final String UNCLEAN = "unclean election";

        private final Random random;
        private final TreeMap<Integer, Long> epochs = new TreeMap<>();
        private final TreeMap<Integer, LiveBroker> live = new TreeMap<>();
        private final TreeMap<Integer, LiveBroker> known = new TreeMap<>();
        private ClusterState state;
        private int topics;
        private int elections;
        private int uncleanElections;
        private int committedProposals;

        Run(long seed) {
            random = new Random(seed);
            for (int id = 1; id <= BROKERS; id++) {
                start(id);
            }
            state = States.empty(live);
        }

        String step() {
            return switch (random.nextInt(12)) {
                case 0 -> create();
                case 1 -> random.nextInt(2) == 0 ? delete() : propose();
                case 2, 3, 4 -> brokers();
                case 5 -> failOver();
                case 6 -> electUnclean();
                default -> propose();
            };
        }

        private String create() {
            if (state.topics().size() >= 4) {
                return "nothing";
            }
            TopicSpec spec = States.spec(
                    "t" + topics++,
                    1 + random.nextInt(4),
                    Math.min(1 + random.nextInt(7) / 2, Math.max(1, live.size())));
            state = TopicCreation.create(state, spec).next();
            return "create " + spec;
        }

        private String delete() {
            String name = state.topics().isEmpty() ? "none" : state.topics().firstKey();
            state = TopicDeletion.delete(state, name, null).next();
            return "delete " + name;
        }

        private String brokers() {
            for (int i = random.nextInt(3); i >= 0; i--) {
                int id = 1 + random.nextInt(BROKERS);
                if (random.nextBoolean()) {
                    live.remove(id);
                } else {
                    start(id);
                }
            }
            elect();
            return "brokers " + live.keySet();
        }

        private String electUnclean() {
            for (String topic : state.topics().keySet()) {
                Decision<Outcome<UncleanLeaders>> decision =
                        UncleanElection.elect(state, topic, null, OptionalInt.empty());
                uncleanElections += decision.writes().size();
                state = decision.next();
            }
            return UNCLEAN;
        }

        /** Another controller takes over, and knows only what is recorded. */
        private String failOver() {
            state = ClusterState.read(state.controllerEpoch() + 1, state.topics(), state.unreadable(), Safeguards.ALL);
            elect();
            return "failover";
        }

        private void elect() {
            Decision<Integer> decision = LeaderElection.onBrokersChanged(state, live);
            elections += decision.reply();
            state = decision.next();
        }

        private String propose() {
            List<TopicPartition> all = new ArrayList<>();
            state.topics()
                    .values()
                    .forEach(topic -> topic.partitions()
                            .keySet()
                            .forEach(partition -> all.add(new TopicPartition(topic.topicId(), partition))));
            if (all.isEmpty()) {
                return "nothing";
            }
            IsrProposal proposal = proposal(all.get(random.nextInt(all.size())));
            Decision<?> decision = IsrProposals.judge(state, proposal);
            committedProposals += decision.writes().size();
            state = decision.next();
            return "propose " + proposal;
        }

        private IsrProposal proposal(TopicPartition of) {
            String name = of.topicId().substring(0, of.topicId().length() - "-id".length());
            PartitionState current = States.partition(state, name, of.partition());
            List<BrokerIncarnation> isr = new ArrayList<>();
            for (int id : current.replicas()) {
                boolean isLikely = live.containsKey(id);
                if (isLikely == random.nextInt(10) > 1 || (id == current.leader() && random.nextInt(10) > 0)) {
                    isr.add(new BrokerIncarnation(id, epochs.getOrDefault(id, 0L) - random.nextInt(10) / 9));
                }
            }
            return new IsrProposal(
                    of,
                    new BrokerIncarnation(current.leader(), current.leaderBrokerEpoch()),
                    state.controllerEpoch() + random.nextInt(10) / 9,
                    current.leaderEpoch() - random.nextInt(10) / 9,
                    current.partitionEpoch() - random.nextInt(10) / 9,
                    isr);
        }

        /** Most starts can prove that everything is there; the others have lost what was before. */
        private long kept(int id, long epoch) {
            LiveBroker before = known.get(id);
            return before == null || random.nextInt(12) == 0 ? epoch : before.diskSince();
        }

        private void start(int id) {
            long epoch = epochs.merge(id, 1L, Long::sum);
            long since = kept(id, epoch);
            LiveBroker started = new LiveBroker(new BrokerIncarnation(id, epoch), null, since, since);
            live.put(id, started);
            known.put(id, started);
        }
    }
}
