package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguards;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeds of long searches in which something was wrong, as they were found. What was wrong also has a test of its own,
 * since a seed plays another story once the brokers behave otherwise.
 */
class FoundSeedsTest {

    private static final long EVENTS = 20_000;

    /**
     * 2000007: the simulator took a broker that cannot sync its new directory for its own fault.
     *
     * <p>2000041: a log that a power cut brought back without its first segments was served.
     *
     * <p>3000042, 3000048: the fault budget took an eligible replica whose log was deleted for whole again.
     *
     * <p>3000120: an eligible replica whose log was deleted was never let go.
     *
     * <p>4000800: the fault budget took a process that joined after it had lost its power for one that has everything.
     *
     * <p>4002924, 4003465: at rest the checker read the log of a process that had ended.
     *
     * <p>5002452: a topic was made while its one broker had lost its power, and nobody had a leader elected.
     *
     * <p>6000920: a call that came twice was said to be refused for certain when one copy had found nobody, and the other
     * one was still under way.
     *
     * <p>7004608: the checker had not seen what a leader committed in the event in which its log failed.
     *
     * <p>9001265: a rewind that had waited at a broker was stored by its next claim, over a later commit.
     *
     * <p>9003432: a simulated member that had hung took the offset of a topic's namesake for its own topic's, which was gone.
     *
     * <p>4000402, 4001476: the checker held a coordinator that was overtaken to what its successor has given away.
     *
     * <p>9004361: a broker whose first watches began without a connection to the simulated service was never told that
     * they had told it all, so it waited and did not come up.
     *
     * <p>4001198: an undo said that it had set the topic that was created again.
     */
    @ParameterizedTest
    @ValueSource(
            longs = {
                2_000_007, 2_000_041, 3_000_042, 3_000_048, 3_000_120, 4_000_402, 4_000_800, 4_001_198, 4_001_476,
                4_002_924, 4_003_465, 5_002_452, 6_000_920, 7_004_608, 9_001_265, 9_003_432, 9_004_361
            })
    void isWellNow(long seed) {
        SimulationResult result = new Simulation(Swarm.plan(seed, Safeguards.ALL)).run(EVENTS);

        assertThat(result.isGood()).as(result.inWords()).isTrue();
    }
}
