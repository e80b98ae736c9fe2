package io.millrace.lab.run;

import io.millrace.lab.drill.Payload;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One place in the group, in which one member follows the other: each joins, reads, commits, and leaves or dies. */
final class GroupSeat {
    private static final int MIN_LIFE_MS = 4_000;
    private static final int MAX_LIFE_MS = 20_000;
    /** One of so many members dies, as far as the seed has it. */
    private static final int MEMBERS_FOR_A_DEATH = 3;

    private final int number;
    private final String bootstrap;
    private final RunPlan plan;
    private final Payload payload;
    private final Recorder recorder;
    private final Random random;
    private final Thread thread;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong members = new AtomicLong();
    private final AtomicLong deaths = new AtomicLong();
    private volatile boolean isStaying;
    private volatile boolean isStopping;

    GroupSeat(int number, String bootstrap, RunPlan plan, Payload payload, Recorder recorder) {
        this.number = number;
        this.bootstrap = bootstrap;
        this.plan = plan;
        this.payload = payload;
        this.recorder = recorder;
        this.random = new Random(plan.seed() * 31 + number);
        this.thread = new Thread(this::run, "mill-seat-" + number);
    }

    /** The group that all members of a run are in. */
    static String group(RunPlan plan) {
        return plan.topic() + "-group";
    }

    void start() {
        thread.start();
    }

    /** Whoever is in the group now, or joins, stays until {@link #stop}. */
    void stay() {
        isStaying = true;
    }

    void stop() throws InterruptedException {
        isStopping = true;
        thread.join();
    }

    /** Polls, commits and goodbyes that failed. */
    long failures() {
        return failures.get();
    }

    /** How many members there were. */
    long members() {
        return members.get();
    }

    /** How many of them went without a word. */
    long deaths() {
        return deaths.get();
    }

    private void run() {
        while (!isStopping) {
            String name = "member-" + number + "-" + members.incrementAndGet();
            long lifeNs = TimeUnit.MILLISECONDS.toNanos(MIN_LIFE_MS + random.nextInt(MAX_LIFE_MS - MIN_LIFE_MS));
            boolean isToDie = random.nextInt(MEMBERS_FOR_A_DEATH) == 0;
            long endNs = System.nanoTime() + lifeNs;
            new GroupMember(name, bootstrap, plan, isToDie, payload, recorder, failures)
                    .live(() -> isStopping || (!isStaying && System.nanoTime() - endNs >= 0));
            deaths.addAndGet(isToDie ? 1 : 0);
        }
    }
}
