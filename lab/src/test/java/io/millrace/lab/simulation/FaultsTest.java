package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguards;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fault that never takes hold proves nothing about what survives it. */
class FaultsTest {

    private static final long EVENTS = 4_000;

    @ParameterizedTest
    @EnumSource
    void eachFaultTakesHoldAndIsSurvived(Fault fault) {
        List<SimulationResult> results = LongStream.rangeClosed(1, 4)
                .mapToObj(seed -> Swarm.plan(seed, Safeguards.ALL).withOnly(fault))
                .map(plan -> new Simulation(plan).run(EVENTS))
                .toList();

        assertThat(results).allMatch(SimulationResult::isGood);
        assertThat(results).anyMatch(result -> result.planted().getOrDefault(fault, 0) > 0);
    }
}
