package io.millrace.broker.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.controller.LivenessEffect.Dead;
import io.millrace.broker.core.controller.LivenessEffect.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random schedules of beats, breaks, lost registrations and own stalls. A failure names its seed. */
class LivenessPropertiesTest {

    private static final long MS = 1_000_000;
    private static final int OTHERS = 4;
    private static final int STEPS = 3_000;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nobodyWhoLivesAndIsHeardIsCalledDead(long seed) {
        Run run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            run.step();
            assertThat(run.wronged).as("seed %d, step %d", seed, step).isEmpty();
        }
        assertThat(run.judged).as("seed %d judges somebody", seed).isPositive();
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    private static final class Run {
        private final Random random;
        private final Liveness liveness = new Liveness(new BrokerIncarnation(1, 1), 1_000 * MS, 0, Safeguards.ALL);
        private final boolean[] hangs = new boolean[OTHERS];
        private final boolean[] isOver = new boolean[OTHERS];
        private final boolean[] isRegistered = new boolean[OTHERS];
        /** Lives, and has been heard since it last did not. */
        private final boolean[] hasBeaten = new boolean[OTHERS];

        private final List<Dead> wronged = new ArrayList<>();
        private int judged;
        private long nowNs;

        Run(long seed) {
            random = new Random(seed);
            Arrays.fill(isRegistered, true);
            take(liveness.onOffice(true, nowNs));
        }

        void step() {
            // Now and then this broker itself was stopped; the others' beats wait in its queue.
            nowNs += random.nextInt(50) == 0 ? random.nextInt(5_000) * MS : random.nextInt(100) * MS;
            change(random.nextInt(OTHERS));
            take(liveness.onKnown(
                    IntStream.range(0, OTHERS)
                            .mapToObj(i -> new KnownBroker(broker(i), isRegistered[i]))
                            .toList(),
                    nowNs));
            if (random.nextInt(20) == 0) {
                take(liveness.onTick(nowNs));
            }
            for (int i = 0; i < OTHERS; i++) {
                hasBeaten[i] = !hangs[i] && !isOver[i];
                if (hasBeaten[i]) {
                    take(liveness.onBeat(broker(i), unheard(), nowNs));
                }
            }
            take(liveness.onTick(nowNs));
        }

        private void change(int i) {
            switch (random.nextInt(30)) {
                case 0 -> hangs[i] = !hangs[i];
                case 1 -> isRegistered[i] = !isRegistered[i];
                case 2 -> take(liveness.onStreamBroken(broker(i), nowNs));
                case 3 -> {
                    isOver[i] = !isOver[i];
                    if (isOver[i]) {
                        take(liveness.onStreamBroken(broker(i), nowNs));
                    }
                }
                case 4 -> take(liveness.onOffice(random.nextBoolean(), nowNs));
                default -> {
                    // Most steps nothing happens.
                }
            }
        }

        /** Others may say what they like: each hears somebody or not. */
        private List<BrokerIncarnation> unheard() {
            return random.nextInt(3) == 0 ? List.of(broker(random.nextInt(OTHERS))) : List.of();
        }

        private void take(List<LivenessEffect> effects) {
            for (LivenessEffect effect : effects) {
                if (effect instanceof Probe probe) {
                    take(liveness.onProbeResult(
                            probe.broker(),
                            isOver[probe.broker().id()] ? ProbeResult.REFUSED : ProbeResult.ANSWERED,
                            nowNs));
                } else if (effect instanceof Dead dead) {
                    judged++;
                    int i = dead.broker().id();
                    if (hasBeaten[i] && !hangs[i] && !isOver[i]) {
                        wronged.add(dead);
                    }
                }
            }
        }

        private static BrokerIncarnation broker(int i) {
            return new BrokerIncarnation(i, 1);
        }
    }
}
