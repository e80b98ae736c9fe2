package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MachineTimesTest {

    // user nice system idle iowait irq softirq steal guest guest_nice
    private static final String STAT = """
            cpu  100 20 30 800 40 5 5 10 60 7
            cpu0 50 10 15 400 20 2 3 5 30 3
            intr 1 2 3
            """;

    @Test
    void idleWaitingAndStolenTimeIsNotBusyAndGuestsAreNotCountedTwice() throws IOException {
        assertThat(MachineTimes.parse(STAT)).isEqualTo(new MachineTimes(160, 10, 1010));
    }

    @Test
    void sharesAreOfTheTimeBetweenTwoLooks() {
        MachineTimes times = new MachineTimes(250, 30, 1_200).since(new MachineTimes(150, 10, 1_000));

        assertThat(times.busyShare()).isCloseTo(0.5, within(1e-9));
        assertThat(times.stolenShare()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void aFileThatBeginsOtherwiseIsRefused() {
        assertThatThrownBy(() -> MachineTimes.parse("cpu0 1 2 3 4 5 6 7 8 9 10\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> MachineTimes.parse("cpu  1 2 3\n")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> MachineTimes.parse("")).isInstanceOf(IOException.class);
    }
}
