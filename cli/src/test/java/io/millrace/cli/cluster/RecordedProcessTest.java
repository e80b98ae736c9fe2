package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordedProcessTest {
    private static final RecordedProcess OURSELVES = RecordedProcess.of(ProcessHandle.current(), "");

    @Test
    void aProcessThatLivesIsFound() {
        assertThat(OURSELVES.find()).contains(ProcessHandle.current());
    }

    @Test
    void aProcessWithOurPidThatStartedAtAnotherTimeIsNotOurs() {
        RecordedProcess earlier = new RecordedProcess(OURSELVES.pid(), OURSELVES.startTimeMs() - 10_000, "");
        RecordedProcess later = new RecordedProcess(OURSELVES.pid(), OURSELVES.startTimeMs() + 10_000, "");

        assertThat(earlier.find()).isEmpty();
        assertThat(later.find()).isEmpty();
    }

    @Test
    void aClockThatWasSetALittleDoesNotMakeItAStranger() {
        assertThat(new RecordedProcess(OURSELVES.pid(), OURSELVES.startTimeMs() - 1000, "").find())
                .isPresent();
    }

    @Test
    void aProcessThatEndedIsNotFound() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", "read line").start();
        RecordedProcess recorded = RecordedProcess.of(process.toHandle(), "");
        assertThat(recorded.find()).isPresent();

        process.getOutputStream().close();
        process.waitFor();

        assertThat(recorded.find()).isEmpty();
    }

    /** It was found again where it left the system's table between two looks of one search. */
    @Test
    void aProcessThatWasNotFoundAnyMoreStaysAway() throws IOException {
        for (int i = 0; i < 300; i++) {
            Process process = new ProcessBuilder("/bin/sh", "-c", "read line").start();
            RecordedProcess recorded = RecordedProcess.of(process.toHandle(), "");
            process.getOutputStream().close();
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(1))
                    .until(() -> recorded.find().isEmpty());

            for (int look = 0; look < 20; look++) {
                assertThat(recorded.find()).as("process %d, look %d", i, look).isEmpty();
            }
        }
    }
}
