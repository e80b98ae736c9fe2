package io.millrace.lab.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The processes of a cluster, for those who do things to them. Brokers are named by their ids. */
public interface ClusterProcesses {

    /** What is done to running processes. */
    enum Blow {
        /** Ends them at once; nothing of theirs runs any more. */
        KILL,
        /** Asks them to end, as an operator does. */
        TERMINATE,
        /** Stops them where they are, connections open. */
        PAUSE,
        /** Lets paused ones go on. */
        RESUME
    }

    /** A blow that is ready to fall: all that takes time was done before. */
    @FunctionalInterface
    interface Strike {
        /** Does it; does not wait for what follows from it. */
        void fall() throws IOException, InterruptedException;
    }

    List<Integer> brokerIds();

    /** Where a broker of this machine keeps its logs. */
    Path dataDirectory(int brokerId);

    /** Aims at brokers, which have to run. */
    Strike atBrokers(Set<Integer> ids, Blow blow) throws IOException;

    /** Aims at every server of the coordination service. */
    Strike atZooKeeper(Blow blow) throws IOException;

    /** Returns once these have ended; fails where they do not within a reasonable time. */
    void awaitEnd(Set<Integer> ids) throws IOException, InterruptedException;

    /** Starts brokers that have ended, and waits until they serve. */
    void start(Set<Integer> ids) throws IOException, InterruptedException;

    /** Starts every server of the coordination service after they were killed, and waits until they serve. */
    void startZooKeeper() throws IOException, InterruptedException;
}
