package io.millrace.broker.runtime;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for work that blocks, such as a disk's. */
public final class NamedThreads {
    private NamedThreads() {}

    /**
     * A fixed number of threads over one queue. A throwable that leaves a task goes to {@code faults}. To be ended with
     * {@code shutdown}, never {@code shutdownNow}: an interrupt would close the file that a thread works on (D9).
     *
     * @param name of the threads, followed by {@code -<n>}; at most 15 characters in all
     */
    public static ExecutorService fixed(String name, int threads, FaultHandler faults) {
        ThreadFactory named = factory(name);
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = named.newThread(task);
            thread.setUncaughtExceptionHandler((died, fault) -> faults.onFault(died.getName(), fault));
            return thread;
        });
    }

    /** Makes threads for a library that runs them itself; called {@code name}, followed by {@code -<n>}. */
    public static ThreadFactory factory(String name) {
        AtomicInteger made = new AtomicInteger();
        return task -> new Thread(task, name + "-" + made.getAndIncrement());
    }
}
