package io.millrace.broker.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Fitness;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final int TICK_MS = 50;

    private final StallWatch watch = new StallWatch(TimeUnit.MILLISECONDS.toNanos(TICK_MS), 0);
    private long nowMs;
    private long writes;

    @Test
    void aDiskThatIsBusyAllTheTimeWithShortWritesIsFine() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(write(200)).isEqualTo(Fitness.FINE);
        }
    }

    @Test
    void oneWriteThatHangsIsAStallAfterHalfASecond() {
        writes++;

        assertThat(watched(writes, 150)).isEqualTo(Fitness.FINE);
        assertThat(watched(writes, 300)).isEqualTo(Fitness.SLOW);
        assertThat(watched(writes, 150)).isEqualTo(Fitness.STALLED);
    }

    @Test
    void oneBadMomentIsForgiven() {
        write(400);

        assertThat(watched(0, TICK_MS)).isEqualTo(Fitness.SLOW);
        assertThat(watched(0, 1_000)).isEqualTo(Fitness.FINE);
    }

    @Test
    void momentsThatFollowEachOtherAreAStall() {
        write(350);
        watched(0, 100);
        Fitness now = write(350);

        assertThat(now).isEqualTo(Fitness.STALLED);
    }

    @Test
    void whoHasStalledStaysSoUntilItsDiskHasWorkedAndIsSlowForAWhileAfter() {
        write(10_000);

        assertThat(watched(0, 1_500)).isEqualTo(Fitness.STALLED);
        assertThat(watched(0, 1_000)).isEqualTo(Fitness.SLOW);
        assertThat(watched(0, 28_000)).isEqualTo(Fitness.SLOW);
        assertThat(watched(0, 3_000)).isEqualTo(Fitness.FINE);
    }

    @Test
    void aStopOfTheProcessIsNotHeldAgainstTheDisk() {
        writes++;
        watched(writes, 100);
        nowMs += 60_000;

        assertThat(watched(writes, TICK_MS)).isEqualTo(Fitness.FINE);
    }

    private Fitness write(int ms) {
        return watched(++writes, ms);
    }

    private Fitness watched(long oldestWrite, int ms) {
        Fitness fitness = Fitness.FINE;
        for (int passed = 0; passed < ms; passed += TICK_MS) {
            nowMs += TICK_MS;
            fitness = watch.onTick(oldestWrite, TimeUnit.MILLISECONDS.toNanos(nowMs));
        }
        return fitness;
    }
}
