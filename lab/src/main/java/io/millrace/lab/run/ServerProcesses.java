package io.millrace.lab.run;

import io.millrace.lab.cluster.ClusterProcesses;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The processes of a cluster of which each server of the coordination service can be had by itself. */
public interface ServerProcesses extends ClusterProcesses {

    List<Integer> zooKeeperIds();

    /** Ends at once those of these brokers that run. */
    void end(Set<Integer> ids) throws IOException;

    /** Aims at one server of the coordination service, which has to run. */
    Strike atZooKeeper(int id, Blow blow) throws IOException;

    /** Starts one server of the coordination service after it was killed, and waits until it serves. */
    void startZooKeeper(int id) throws IOException, InterruptedException;
}
