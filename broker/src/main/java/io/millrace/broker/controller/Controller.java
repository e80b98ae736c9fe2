package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.Decision;
import io.millrace.broker.core.controller.IsrProposals;
import io.millrace.broker.core.controller.LeaderElection;
import io.millrace.broker.core.controller.TopicCreation;
import io.millrace.broker.core.controller.TopicDeletion;
import io.millrace.broker.core.controller.TopicSpec;
import io.millrace.broker.core.controller.UncleanElection;
import io.millrace.broker.core.controller.UncleanLeaders;
import io.millrace.broker.liveness.Attendance;
import io.millrace.broker.liveness.Verdicts;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.ControllerElection;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.ElectionListener;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.tree.ControllerNode;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This broker as controller: stands for election, and answers for the length of each term. */
public final class Controller implements ControllerRequests, Verdicts, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private static final String NOT_CONTROLLER = "This broker is not the controller, or has ceased to be; ask again";
    private static final String UNKNOWN_OUTCOME =
            "The controller lost ZooKeeper or its office while it worked: this may have been done, or may not";

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final ClusterFeed feed;
    private final Broadcast broadcast;
    private final Attendance attendance;
    private final ControllerElection election;
    private final Succession succession;
    private final BrokerIncarnation self;
    private final Safeguards safeguards;

    private @Nullable ControllerTerm term;
    private @Nullable Subscription images;
    private SortedMap<Integer, BrokerImage> seenBrokers = new TreeMap<>();

    /**
     * Does nothing before {@link #start}.
     *
     * @param self is written down as the controller when it is elected
     * @param feed gives the hint that brokers came or went; on the same loop
     * @param broadcast tells the others what this one has recorded
     * @param attendance who is heard; is told of the office
     * @param safeguards all of them, but in tests
     */
    public Controller(
            Coordinator coordinator,
            ControllerNode self,
            ClusterFeed feed,
            Broadcast broadcast,
            Attendance attendance,
            EventLoop loop,
            IntSupplier seenControllerEpoch,
            Safeguards safeguards) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.feed = feed;
        this.broadcast = broadcast;
        this.attendance = attendance;
        this.safeguards = safeguards;
        this.self = new BrokerIncarnation(self.brokerId(), self.brokerEpoch());
        this.election = new ControllerElection(coordinator, self, loop, seenControllerEpoch, new Terms());
        this.succession = new Succession(coordinator, loop, this::isReplaced);
    }

    /** Stands for election from now on, the broker being registered. */
    public void start() {
        images = feed.listen(this::onImage);
        election.start();
    }

    /** Steps back for good; what waits is answered. */
    @Override
    public void close() {
        loop.execute(() -> {
            if (images != null) {
                images.close();
            }
            if (term != null) {
                term.end();
            }
        });
        election.close();
    }

    @Override
    public void createTopic(NewTopic topic, Consumer<Outcome<TopicImage>> reply) {
        TopicSpec spec = new TopicSpec(
                topic.name(),
                topic.topicId(),
                topic.partitions(),
                topic.replicationFactor(),
                topic.config(),
                List.copyOf(topic.overrides().keySet()));
        submit(new Input<>(
                false,
                state -> topic.validateOnly()
                        ? dryRun(state, TopicCreation.create(state, spec))
                        : TopicCreation.create(state, spec),
                reply,
                notDone(),
                unknown()));
    }

    @Override
    public void deleteTopic(String name, @Nullable String topicId, Consumer<Outcome<String>> reply) {
        submit(new Input<>(false, state -> TopicDeletion.delete(state, name, topicId), reply, notDone(), unknown()));
    }

    @Override
    public void electUnclean(
            String topic, @Nullable String topicId, OptionalInt partition, Consumer<Outcome<UncleanLeaders>> reply) {
        submit(new Input<>(
                false, state -> UncleanElection.elect(state, topic, topicId, partition), reply, notDone(), unknown()));
    }

    @Override
    public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
        submit(new Input<>(
                true,
                state -> IsrProposals.judge(state, proposal),
                reply,
                IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER),
                IsrVerdict.of(IsrVerdict.Kind.UNKNOWN_OUTCOME)));
    }

    @Override
    public void announceStop(BrokerIncarnation broker, Consumer<Outcome<Integer>> reply) {
        submit(new Input<>(
                false,
                state -> stopping(LeaderElection.onStopping(state, broker), broker),
                reply,
                notDone(),
                unknown()));
    }

    private static Decision<Outcome<Integer>> stopping(Decision<Integer> decided, BrokerIncarnation broker) {
        ClusterState next = decided.next();
        Outcome<Integer> reply = next.isLive(broker)
                ? Outcome.ok(next.ledBy(broker))
                : Outcome.no(Refusal.definite(
                        ErrorReason.INVALID_REQUEST, "There is no live broker " + broker + " to stop"));
        return new Decision<>(next, decided.writes(), reply);
    }

    @Override
    public void onDead(BrokerIncarnation broker, String why) {
        loop.execute(() -> {
            // Also in office: the place of the dead may stand behind this one's in the queue.
            succession.onDead(broker);
            if (term != null) {
                term.onDead(broker);
            }
        });
    }

    @Override
    public void onReturned(BrokerIncarnation broker) {
        loop.execute(() -> {
            succession.onReturned(broker);
            if (term != null) {
                term.onBrokersMayHaveChanged();
            }
        });
    }

    @Override
    public void onUnfit(String why) {
        election.resign(why);
    }

    @Override
    public void replicasFailed(BrokerIncarnation broker, SortedSet<FailedLog> failed) {
        // Where no term takes it, nothing is lost: a new one is told anew.
        submit(new Input<>(
                false,
                state -> LeaderElection.onReplicasFailed(state, broker, List.copyOf(failed)),
                changed -> {
                    if (changed > 0) {
                        LOG.warn("Logs have failed on {}: {}; {} partitions change", broker, failed, changed);
                    }
                },
                0,
                0));
    }

    @Override
    public void fitnessChanged(BrokerIncarnation broker, Fitness fitness) {
        submit(new Input<>(
                false,
                state -> LeaderElection.onFitness(state, broker, fitness),
                changed -> {
                    if (changed > 0) {
                        LOG.warn("Broker {} is {}; {} partitions change", broker, fitness, changed);
                    }
                },
                0,
                0));
    }

    private Collection<BrokerImage> heard() {
        TreeSet<BrokerIncarnation> heard = new TreeSet<>(BrokerIncarnation.ORDER);
        heard.addAll(attendance.heard());
        heard.add(self);
        return heard.stream().map(this::image).toList();
    }

    private BrokerImage image(BrokerIncarnation broker) {
        BrokerImage known = feed.image().known(broker);
        return known == null ? new BrokerImage(broker, new TreeMap<>(), null) : known;
    }

    private boolean isReplaced(BrokerIncarnation broker) {
        BrokerImage newest = feed.image().known().get(broker.id());
        return newest != null && newest.incarnation().epoch() > broker.epoch();
    }

    private void submit(Input<?> input) {
        loop.execute(() -> {
            if (term == null) {
                input.answerNotDone();
            } else {
                term.submit(input);
            }
        });
    }

    private void onRecorded(List<RecordedChunk> chunks) {
        feed.record(chunks);
        for (BrokerImage broker : feed.image().brokers().values()) {
            if (!broker.incarnation().equals(self)) {
                broadcast.tell(broker, chunks);
            }
        }
    }

    private void onImage(ClusterImage image) {
        if (image.brokers().equals(seenBrokers)) {
            return;
        }
        seenBrokers = image.brokers();
        if (term != null) {
            term.onBrokersMayHaveChanged();
        } else {
            succession.look();
        }
    }

    private static <R> Decision<R> dryRun(ClusterState state, Decision<R> decision) {
        return new Decision<>(state, List.of(), decision.reply());
    }

    private static <T> Outcome<T> notDone() {
        return Outcome.no(Refusal.definite(ErrorReason.CONTROLLER_NOT_AVAILABLE, NOT_CONTROLLER));
    }

    private static <T> Outcome<T> unknown() {
        return Outcome.no(Refusal.indeterminate(ErrorReason.CONTROLLER_NOT_AVAILABLE, UNKNOWN_OUTCOME));
    }

    /** Hears of the election, on the loop. */
    private final class Terms implements ElectionListener {
        @Override
        public void onElected(int controllerEpoch) {
            ControllerTerm begun = new ControllerTerm(
                    coordinator,
                    loop,
                    controllerEpoch,
                    Controller.this::heard,
                    Controller.this::onRecorded,
                    safeguards,
                    why -> {
                        LOG.warn("Steps down as controller with controllerEpoch {}: {}", controllerEpoch, why);
                        election.resign(why);
                    });
            term = begun;
            begun.begin();
            attendance.onOffice(true);
        }

        @Override
        public void onResigned(String why) {
            if (term != null) {
                term.end();
                term = null;
            }
            attendance.onOffice(false);
            succession.look();
        }
    }
}
