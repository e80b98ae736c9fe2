package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.controller.KnownBroker;
import io.millrace.broker.core.controller.Liveness;
import io.millrace.broker.core.controller.LivenessEffect;
import io.millrace.broker.core.controller.ProbeResult;
import io.millrace.broker.core.controller.StallWatch;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats to every other broker, hears theirs, and hands to {@link Verdicts} what {@link Liveness} makes of it. Any thread
 * may call; all work is done on the loop, which should be this object's own.
 */
public final class Detector implements BeatReceiver, Attendance, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Detector.class);

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int TICKS_PER_BEAT = 2;

    private final BrokerIncarnation self;
    private final Supplier<SortedSet<FailedLog>> failedHere;
    private final LongSupplier oldestWrite;
    private final Clock clock;
    private final EventLoop loop;
    private final Beats beats;
    private final Prober prober;
    private final Liveness liveness;
    private final TreeMap<Integer, BrokerImage> known = new TreeMap<>();
    private final TreeMap<Integer, OutgoingBeats> outgoing = new TreeMap<>();
    private final FailedReplicas failed = new FailedReplicas();
    private final FitnessReports fitness = new FitnessReports();
    private final StallWatch stallWatch;

    private @Nullable Verdicts verdicts;
    private volatile SortedSet<BrokerIncarnation> heard = Collections.emptySortedSet();
    private long ticks;
    private Fitness ownFitness = Fitness.FINE;
    private boolean isClosed;

    /**
     * Hears from now on, and does nothing of its own before {@link #start}.
     *
     * @param timeoutNs without a beat for so long a broker is silent
     * @param failedHere logs that have failed on this broker or are gone; any thread may ask
     * @param oldestWrite number of the write that has been under way longest on this broker's disk, 0 for none; any thread
     *     may ask
     * @param safeguards all of them, but in tests
     */
    public Detector(
            BrokerIncarnation self,
            long timeoutNs,
            Supplier<SortedSet<FailedLog>> failedHere,
            LongSupplier oldestWrite,
            Clock clock,
            EventLoop loop,
            Beats beats,
            Prober prober,
            Safeguards safeguards) {
        this.self = self;
        this.failedHere = failedHere;
        this.oldestWrite = oldestWrite;
        this.stallWatch = new StallWatch(TICK_NS, clock.nanoTime());
        this.clock = clock;
        this.loop = loop;
        this.beats = beats;
        this.prober = prober;
        this.liveness = new Liveness(self, timeoutNs, clock.nanoTime(), safeguards);
    }

    /** Beats from now on, and judges. */
    public void start(Verdicts receiver) {
        loop.execute(() -> {
            verdicts = receiver;
            tick();
        });
    }

    /** The brokers that there are, and where. */
    public void onImage(ClusterImage image) {
        loop.execute(() -> onKnown(image));
    }

    @Override
    public SortedSet<BrokerIncarnation> heard() {
        return heard;
    }

    @Override
    public void onOffice(boolean inOffice) {
        loop.execute(() -> {
            carryOut(liveness.onOffice(inOffice, clock.nanoTime()));
            if (inOffice) {
                failed.retell(this::tellFailed);
                fitness.retell(this::tellFitness);
            }
        });
    }

    @Override
    public void onBeat(Beat beat) {
        if (beat.from().equals(self)) {
            // Nobody else is this process: what it says of itself it need not hear, and what others say so is not true.
            return;
        }
        loop.execute(() -> {
            carryOut(liveness.onBeat(beat.from(), beat.unheard(), clock.nanoTime()));
            failed.onReport(beat.from(), beat.failed(), this::tellFailed);
            fitness.onReport(beat.from(), beat.fitness(), this::tellFitness);
        });
    }

    @Override
    public void onEnded(BrokerIncarnation from) {
        if (from.equals(self)) {
            return;
        }
        loop.execute(() -> carryOut(liveness.onStreamBroken(from, clock.nanoTime())));
    }

    /** Falls silent. */
    @Override
    public void close() {
        loop.execute(() -> {
            isClosed = true;
            outgoing.values().forEach(OutgoingBeats::close);
            outgoing.clear();
        });
    }

    private void onKnown(ClusterImage image) {
        known.clear();
        known.putAll(image.known());
        known.remove(self.id());
        carryOut(liveness.onKnown(
                known.values().stream()
                        .map(broker -> new KnownBroker(broker.incarnation(), image.isRegistered(broker.incarnation())))
                        .toList(),
                clock.nanoTime()));
        outgoing.entrySet().removeIf(entry -> {
            boolean isOld = !isStillAt(entry.getKey(), entry.getValue());
            if (isOld) {
                entry.getValue().close();
            }
            return isOld;
        });
    }

    private boolean isStillAt(int id, OutgoingBeats stream) {
        BrokerImage broker = known.get(id);
        String endpoint = broker == null ? null : endpoint(broker);
        return broker != null && endpoint != null && stream.leadsTo(broker.incarnation(), endpoint);
    }

    private void tick() {
        if (isClosed) {
            return;
        }
        // First, so that a long tick makes the next one come at once and not later still.
        loop.schedule(TICK_NS, this::tick);
        ownFitness = stallWatch.onTick(oldestWrite.getAsLong(), clock.nanoTime());
        if (ticks++ % TICKS_PER_BEAT == 0) {
            beat();
        }
        carryOut(liveness.onTick(clock.nanoTime()));
    }

    private void beat() {
        List<BrokerIncarnation> unheard = liveness.unheard(clock.nanoTime());
        Beat beat = new Beat(self, unheard, List.copyOf(failedHere.get()), ownFitness);
        known.forEach((id, broker) -> {
            String endpoint = endpoint(broker);
            if (endpoint != null) {
                outgoing.computeIfAbsent(id, i -> new OutgoingBeats(beats, loop, clock, broker.incarnation(), endpoint))
                        .send(beat);
            }
        });
        failed.onReport(self, beat.failed(), this::tellFailed);
        fitness.onReport(self, beat.fitness(), this::tellFitness);
        fitness.onTouch(unheard, liveness.outOfTouch(clock.nanoTime()), this::tellFitness);
    }

    private void carryOut(List<LivenessEffect> effects) {
        // Before anybody is told: whoever acts on the news asks who is heard.
        heard = Collections.unmodifiableSortedSet(liveness.heard(clock.nanoTime()));
        effects.forEach(effect -> effect.deliverTo(effector));
    }

    private void tellFailed(BrokerIncarnation broker, SortedSet<FailedLog> logs) {
        if (verdicts != null) {
            verdicts.replicasFailed(broker, logs);
        }
    }

    private void tellFitness(BrokerIncarnation broker, Fitness fit) {
        if (broker.equals(self) && fit != Fitness.FINE) {
            LOG.warn("The disk of this broker is {}", fit);
        }
        if (verdicts != null) {
            verdicts.fitnessChanged(broker, fit);
        }
    }

    private static @Nullable String endpoint(BrokerImage broker) {
        return broker.endpoints().get(BrokerImage.INTERNAL_LISTENER);
    }

    private final LivenessEffect.Receiver effector = new LivenessEffect.Receiver() {
        @Override
        public void onProbe(LivenessEffect.Probe effect) {
            BrokerIncarnation broker = effect.broker();
            BrokerImage image = known.get(broker.id());
            String endpoint = image == null || !image.incarnation().equals(broker) ? null : endpoint(image);
            if (endpoint == null) {
                onResult(broker, ProbeResult.NO_ANSWER);
            } else {
                prober.probe(endpoint, result -> onResult(broker, result));
            }
        }

        @Override
        public void onDead(LivenessEffect.Dead effect) {
            LOG.warn("Broker {} is dead: {}", effect.broker(), effect.why());
            if (verdicts != null) {
                verdicts.onDead(effect.broker(), effect.why());
            }
        }

        @Override
        public void onReturned(LivenessEffect.Returned effect) {
            LOG.warn("Broker {} was called dead and is heard again", effect.broker());
            if (verdicts != null) {
                verdicts.onReturned(effect.broker());
            }
        }

        @Override
        public void onResign(LivenessEffect.Resign effect) {
            if (verdicts != null) {
                verdicts.onUnfit(effect.why());
            }
        }

        private void onResult(BrokerIncarnation broker, ProbeResult result) {
            loop.execute(() -> carryOut(liveness.onProbeResult(broker, result, clock.nanoTime())));
        }
    };
}
