package io.millrace.bench.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Three brokers and one ZooKeeper server, as processes of this machine. */
public interface Cluster {
    int BROKERS = 3;
    int PARTITIONS = 6;
    int MIN_INSYNC = 2;

    /** Who leads what, by partition, and which broker is the controller. */
    record Roles(int controllerId, Map<Integer, Integer> leaders) {}

    String name();

    /** Returns once all brokers see each other. */
    void start() throws IOException, InterruptedException;

    /**
     * Compares the cluster id that clients are told with the one that this run's brokers have written down. A load must
     * not hit somebody else's cluster, whatever listens on our ports.
     *
     * @throws IOException if they differ
     */
    void assertOwn() throws IOException, InterruptedException;

    /** On all brokers, led by all of them alike. Returns once each partition has a leader. */
    void createTopic(String topic, int partitions, Durability durability) throws IOException, InterruptedException;

    void deleteTopic(String topic) throws IOException, InterruptedException;

    /** How many records of a topic are committed. */
    long committed(String topic) throws IOException, InterruptedException;

    Roles roles(String topic) throws IOException, InterruptedException;

    /** Whether all replicas of all partitions are in sync. */
    boolean isWhole(String topic) throws IOException, InterruptedException;

    /** Processor time that the brokers' processes have used so far, all together. */
    Duration brokerCpu();

    /** Where the brokers keep their logs. */
    List<Path> dataDirectories();

    /** SIGKILL; returns at once. */
    void kill(int brokerId);

    /** Starts a killed broker again and waits until it serves. */
    void restart(int brokerId) throws IOException, InterruptedException;

    /**
     * The command of the cluster's own client for load, in a JVM of its own. It writes until it is ended.
     *
     * @param payloads a file with one value in each line
     * @param ratePerS records per second; 0 for as many as there is room for
     */
    List<String> loadCommand(String topic, Path payloads, int recordBytes, long ratePerS);

    /** With the client's default settings. */
    RecordWriter writer(String topic);

    /** From the begin of all partitions, with the client's default settings. */
    RecordReader reader(String topic);

    /** A member that has joined a group of its own. */
    GroupCommitter committer(String group, String topic, int partitions);

    /** Connect string of the ensemble that keeps the offsets of groups; empty where none does. */
    default Optional<String> zookeeper() {
        return Optional.empty();
    }

    /** Ends those of its processes that {@link Processes#close} does not; to be called after it. */
    void stop() throws IOException, InterruptedException;
}
