package io.millrace.lab.simulation.cluster;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.memory.CrashableDisk;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A machine: what is left of a broker while its process is gone. */
public final class SimHost {

    private final int brokerId;
    private String directoryId;
    private CrashableDisk disk = new CrashableDisk();
    private int boots = 1;
    private @Nullable SimBroker running;

    SimHost(int brokerId, String directoryId) {
        this.brokerId = brokerId;
        this.directoryId = directoryId;
    }

    public int brokerId() {
        return brokerId;
    }

    public String address() {
        return address(brokerId);
    }

    /** Where the broker with this id is reached, whichever process it is. */
    public static String address(int brokerId) {
        return "broker-" + brokerId + ":1";
    }

    /** The broker's process, null while there is none. */
    public @Nullable SimBroker running() {
        return running;
    }

    CrashableDisk disk() {
        return disk;
    }

    String directoryId() {
        return directoryId;
    }

    String bootId() {
        return "boot-" + boots;
    }

    void run(SimBroker broker) {
        running = broker;
    }

    /** The process is gone; the machine and its page cache are not. */
    void onKilled() {
        running = null;
        disk = disk.afterKill();
    }

    /** Somebody deletes the log of a partition of a broker that is down. */
    public void deleteLog(TopicPartition partition) {
        disk.paths().stream()
                .filter(path -> path.startsWith(partition + "/"))
                .toList()
                .forEach(disk::delete);
    }

    void onDiskReplaced(String newDirectoryId) {
        disk = new CrashableDisk();
        directoryId = newDirectoryId;
    }

    /** The machine has lost power: what was not synced is gone, wholly or in part. */
    void onPowerCut(Random random) {
        running = null;
        disk = disk.afterPowerCut(random);
        boots++;
    }
}
