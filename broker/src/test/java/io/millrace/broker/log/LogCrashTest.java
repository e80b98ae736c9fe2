package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of one log with crashes at random moments, against a model that a glance can check. */
class LogCrashTest {
    private static final int HISTORIES = 40;
    private static final int STEPS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everythingSyncedSurvivesAndNothingElseIsInvented(long seed) throws Exception {
        int crashes = 0;
        for (long history = 0; history < HISTORIES; history++) {
            CrashingLog log = new CrashingLog(1000 * seed + history);
            for (int step = 0; step < STEPS; step++) {
                log.step();
            }
            crashes += log.crashes();
        }
        // Or this test shows nothing.
        assertThat(crashes).isGreaterThan(HISTORIES * STEPS / 20);
    }
}
