package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwarmTest {

    private static final long EVENTS = 6_000;

    @Test
    void aClusterWithoutFaultsIsWell() {
        assertThat(badOnes(1, 5, Safeguards.ALL, false)).isEmpty();
    }

    @Test
    void whateverGoesWrongNothingAcknowledgedIsLostAndAllComesBackToLife() {
        assertThat(badOnes(1, 120, Safeguards.ALL, true)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "R9_DIVERGENCE_COMES_FIRST",
                "R32_OFFSETS_ARE_OF_A_TOPIC_ID",
                "R38_DUPLICATES_ARE_FOUND",
                "R42_FETCHES_CHECK_THE_CLAIM",
                "R42_OFFSETS_GO_FORWARD",
                "R42_RESETS_NEED_NOBODY",
                "R43_GIVEN_ON_AFTER_LET_GO",
                "R43_AN_INSTANCE_IS_ONE_PROCESS",
                "R44_LEADERSHIP_NAMES_THE_INCARNATION"
            })
    void aSwarmWithoutARuleFindsOut(Safeguard rule) {
        Safeguards others = Safeguards.without(rule);

        assertThat(LongStream.rangeClosed(1, 150)
                        .parallel()
                        .anyMatch(seed -> !new Simulation(Swarm.plan(seed, others))
                                .run(EVENTS)
                                .isGood()))
                .isTrue();
    }

    /** In words, with the seed first: {@code millrace lab simulate --seed S --seeds 1} replays one. */
    private static List<String> badOnes(long first, int seeds, Safeguards safeguards, boolean faults) {
        return LongStream.range(first, first + seeds)
                .parallel()
                .mapToObj(seed -> Swarm.plan(seed, safeguards))
                .map(plan -> new Simulation(faults ? plan : plan.withoutFaults()).run(EVENTS))
                .filter(result -> !result.isGood())
                .map(SimulationResult::inWords)
                .toList();
    }
}
