package io.millrace.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.runtime.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private final VirtualTime time = new VirtualTime();
    private final List<Long> rings = new ArrayList<>();
    private final Alarm alarm = new Alarm(time.loop(), time, () -> rings.add(time.nanoTime()));

    @Test
    void itRingsOnceAtTheEarliestWhicheverWasAskedForFirst() {
        alarm.notLaterThan(50);
        alarm.notLaterThan(20);
        alarm.notLaterThan(30);
        time.advance(100);

        assertThat(rings).containsExactly(20L);
    }

    @Test
    void itRingsAgainForWhatIsAskedForAfterwards() {
        alarm.notLaterThan(10);
        time.advance(10);
        alarm.notLaterThan(25);
        time.advance(100);

        assertThat(rings).containsExactly(10L, 25L);
    }

    @Test
    void whatIsOverdueRingsAtOnceAndNeverDoesNot() {
        time.advance(10);
        alarm.notLaterThan(Alarm.NEVER);
        alarm.notLaterThan(5);
        time.settle();
        assertThat(rings).containsExactly(10L);

        alarm.notLaterThan(Alarm.NEVER);
        time.advance(1000);
        assertThat(rings).hasSize(1);
    }

    @Test
    void calledOffItIsSilentUntilItIsAskedAgain() {
        alarm.notLaterThan(10);
        alarm.cancel();
        time.advance(20);
        assertThat(rings).isEmpty();

        alarm.notLaterThan(30);
        time.advance(20);
        assertThat(rings).containsExactly(30L);
    }
}
