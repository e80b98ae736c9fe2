package io.millrace.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadedEventLoopTest {
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final ThreadedEventLoop loop =
            new ThreadedEventLoop("mill-test-0", (where, fault) -> faults.add(where + ": " + fault.getMessage()));

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void tasksOfOneThreadRunInTheirOrderAndNoneIsLost() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        int[] next = new int[threads];
        AtomicInteger outOfOrder = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int id = t;
            senders.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    loop.execute(() -> {
                        if (next[id]++ != number) {
                            outOfOrder.incrementAndGet();
                        }
                    });
                    if (i % 1000 == 0) {
                        // Lets the loop fall asleep now and then: that is where a wake-up could be missed.
                        awaitOneMore();
                    }
                }
            }));
        }
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }
        loop.close();

        assertThat(next).containsOnly(each);
        assertThat(outOfOrder).hasValue(0);
    }

    @Test
    void aTaskWakesALoopThatSleepsTowardsATimer() {
        loop.schedule(HOUR_NS, () -> seen.add("timer"));
        for (int round = 0; round < 2_000; round++) {
            awaitOneMore();
        }
        assertThat(seen).isEmpty();
    }

    private void awaitOneMore() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> done.complete(null));
        // Not a poll: the loop is to be asleep each time.
        assertThat(done).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void timersRunByTheirTimeAndThenInTheOrderTheyWereAskedFor() {
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> {
            loop.schedule(3_000_000, () -> seen.add("late"));
            loop.schedule(0, () -> seen.add("first"));
            loop.schedule(0, () -> seen.add("second"));
            go.countDown();
        });
        await().until(() -> seen.size() == 3);
        assertThat(seen).containsExactly("first", "second", "late");
    }

    @Test
    void aTimerThatIsCalledOffDoesNotRunWhoeverCallsItOff() {
        EventLoop.Cancellable fromOutside = loop.schedule(20_000_000, () -> seen.add("outside"));
        loop.execute(() -> loop.schedule(20_000_000, () -> seen.add("inside")).cancel());
        fromOutside.cancel();
        loop.schedule(40_000_000, () -> seen.add("end"));

        await().until(() -> seen.contains("end"));
        assertThat(seen).containsExactly("end");
    }

    @Test
    void timersGetTheirTurnBetweenTasksThatNeverEnd() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            if (!seen.contains("timer")) {
                loop.execute(again[0]);
                loop.execute(() -> {});
            }
        };
        loop.schedule(1_000_000, () -> seen.add("timer"));
        loop.execute(again[0]);

        await().untilAsserted(() -> assertThat(seen).containsExactly("timer"));
    }

    @Test
    void aFaultIsReportedAndTheLoopGoesOn() {
        loop.execute(() -> {
            throw new IllegalStateException("task");
        });
        loop.schedule(0, () -> {
            throw new IllegalStateException("timer");
        });
        loop.schedule(1_000_000, () -> seen.add("after"));

        await().until(() -> seen.contains("after"));
        assertThat(faults).containsExactly("mill-test-0: task", "mill-test-0: timer");
    }

    @Test
    void closeRunsWhatIsQueuedAndDropsTimersAndWhatComesLater() {
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        loop.schedule(HOUR_NS, () -> seen.add("timer"));
        loop.execute(() -> seen.add("queued"));
        loop.execute(() -> assertThat(loop.inLoop()).isTrue());
        held.countDown();
        loop.close();
        loop.execute(() -> seen.add("late"));

        assertThat(seen).containsExactly("queued");
        assertThat(faults).isEmpty();
    }
}
