package io.millrace.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

class NamedThreadsTest {
    @Test
    void aFaultIsReportedWithItsThreadAndTheOthersGoOn() {
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        Queue<String> done = new ConcurrentLinkedQueue<>();
        ExecutorService threads = NamedThreads.fixed("mill-test", 1, (where, fault) -> faults.add(where + fault));
        try {
            threads.execute(() -> {
                throw new IllegalStateException("!");
            });
            threads.execute(() -> done.add(Thread.currentThread().getName()));

            await().until(() -> !done.isEmpty() && !faults.isEmpty());
            assertThat(faults).containsExactly("mill-test-0java.lang.IllegalStateException: !");
            assertThat(done).containsExactly("mill-test-1");
        } finally {
            threads.shutdown();
        }
    }
}
