package io.millrace.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RollPolicyTest {
    private final RollPolicy policy = new RollPolicy(1000);

    @Test
    void aSegmentIsFilledToTheLastByteAndNotBeyond() {
        assertThat(policy.mustRoll(900, 100)).isFalse();
        assertThat(policy.mustRoll(900, 101)).isTrue();
    }

    @Test
    void aBatchLargerThanASegmentGetsAnEmptyOne() {
        assertThat(policy.mustRoll(0, 5000)).isFalse();
        assertThat(policy.mustRoll(1, 5000)).isTrue();
    }

    @Test
    void sizesBeyondAnIntDoNotWrap() {
        assertThat(new RollPolicy(1L << 31).mustRoll(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isTrue();
    }
}
