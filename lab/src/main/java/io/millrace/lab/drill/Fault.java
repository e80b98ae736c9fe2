package io.millrace.lab.drill;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What a round does to the cluster, and how it ends. */
public interface Fault {

    /** In a word, as users name it. */
    String name();

    /**
     * The brokers that are struck; empty where none is.
     *
     * @param round counts from 1
     * @param brokers all that there are
     * @param controller one of them, or -1 where nobody is in office
     */
    Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random);

    /** Gets the blow ready. */
    Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException;

    /**
     * Returns once what was meant has come to pass: victims have ended, or the time is over.
     *
     * @param watch of the topic that is written to
     * @throws IOException where it does not come to pass, and the drill cannot go on
     */
    void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws IOException, InterruptedException;

    void heal(ClusterProcesses processes, Set<Integer> victims) throws IOException, InterruptedException;

    /** What the cluster owes under this fault. */
    Promise promise();

    /**
     * What has to hold, whatever else does; a promise that is not kept fails the drill.
     *
     * @param writesResumeBeforeHealing the survivors take over: every partition takes writes again, led by a victim or not
     * @param keepsLeaders no leader moves, and no in-sync set changes
     * @param failsNothing no write and no fetch fails
     * @param leadersWithin how long after healing began each partition may be without a new leader; zero: not asked
     */
    record Promise(
            boolean writesResumeBeforeHealing, boolean keepsLeaders, boolean failsNothing, Duration leadersWithin) {}
}
