package io.millrace.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RulePowerTest {

    @Test
    void whatWasPlayedInVainCountsInTheMean() {
        // From 1, 11 and 21 on, ten seeds each: found by the third, by none, by the first.
        RulePower power = RulePower.measure(1, 3, 10, seed -> Set.of(3L, 21L).contains(seed) ? "bad " + seed : null);

        assertThat(power.played()).containsExactly(1, 3, 10);
        assertThat(power.found()).isEqualTo(2);
        assertThat(power.mean()).hasValue(7);
        assertThat(power.median()).hasValue(3);
        assertThat(power.first()).isEqualTo("bad 3");
    }

    @Test
    void theMedianIsUnknownWhereMostStartsFindNothing() {
        RulePower power = RulePower.measure(1, 3, 10, seed -> seed == 21 ? "bad" : null);

        assertThat(power.median()).isEmpty();
        assertThat(power.mean()).hasValue(21);
    }

    @Test
    void whatIsNeverFoundHasNeither() {
        RulePower power = RulePower.measure(1, 3, 10, seed -> null);

        assertThat(power.total()).isEqualTo(30);
        assertThat(power.mean()).isEmpty();
        assertThat(power.median()).isEmpty();
    }
}
