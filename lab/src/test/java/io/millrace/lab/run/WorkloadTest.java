package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.FakeBroker;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.Sent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkloadTest {
    private static final Payload PAYLOAD = new Payload(1, 40);
    /** Two producers, each with one partition, and nobody who reads. */
    private static final RunPlan PLAN = new RunPlan("lab", 2, 1, 200, 40, 2, 0, 0, Duration.ZERO, List.of(), 1);

    @Test
    void aProducerThatFailsIsNoticedAtOnceAndTheOtherIsStoppedBeforeItIsTold() throws Exception {
        Recorder failing = new Recorder() {
            @Override
            public void onSend(Sent record, long nowNs) {
                if (record.partition() == 0) {
                    throw new IllegalStateException("cannot be recorded");
                }
            }
        };
        try (FakeBroker broker = new FakeBroker(PLAN.topic(), PLAN.partitions())) {
            Workload workload = new Workload(broker.address(), PLAN, PAYLOAD, new Readings(PAYLOAD), failing);
            workload.start();
            try {
                assertThat(workload.awaitResumed(Duration.ofMinutes(10))).isFalse();
                assertThat(workload.awaitPace(Duration.ofMinutes(10))).isFalse();
                assertThat(workload.hasProducerEnded()).isTrue();

                assertThatThrownBy(workload::stopProducers)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("cannot be recorded");
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("mill-load-0", "mill-load-1");
            } finally {
                workload.stop();
            }
        }
    }
}
