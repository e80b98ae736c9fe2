package io.millrace.lab.simulation.cluster;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.lab.simulation.seam.Chance;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A machine: what is left of a broker while its process is gone. */
public final class SimHost {

    private final int brokerId;
    private String directoryId;
    private CrashableDisk disk = new CrashableDisk();
    private int boots = 1;
    private boolean isFull;
    private @Nullable String failingSyncs;
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
        keepFaults();
    }

    /** So many more bytes fit on its disk. */
    public void fillDisk(int bytes) {
        isFull = true;
        disk.failWritesAfter(bytes);
    }

    private void keepFaults() {
        String failing = failingSyncs;
        if (isFull) {
            disk.failWritesAfter(0);
        }
        if (failing != null) {
            disk.failSyncsOf(failing);
        }
    }

    /** From now on syncs of files whose path ends so fail. */
    public void failSyncs(String pathEnd) {
        failingSyncs = pathEnd;
        disk.failSyncsOf(pathEnd);
    }

    /** There is room again, and syncs work. */
    public void healDisk() {
        isFull = false;
        failingSyncs = null;
        disk.healWrites();
        disk.failSyncsOf("no file at all");
    }

    /** Segments of a partition that are complete: there is a later one. In their order. */
    public List<String> closedSegments(TopicPartition partition) {
        List<String> segments = disk.paths().stream()
                .filter(path -> path.startsWith(partition + "/") && path.endsWith(".log"))
                .sorted()
                .toList();
        return segments.isEmpty() ? segments : segments.subList(0, segments.size() - 1);
    }

    /** One bit of a file changes. */
    public void flipBit(String path, Chance chance) {
        disk.flipBit(path, chance.between(0, 8 * disk.bytes(path).length - 1));
    }

    /** Somebody deletes the log of a partition of a broker that is down, and syncs, as docs/operations.md says. */
    public void deleteLog(TopicPartition partition) {
        disk.paths().stream()
                .filter(path -> path.startsWith(partition + "/"))
                .toList()
                .forEach(disk::delete);
        disk.syncDirectory(partition.toString());
    }

    void onDiskReplaced(String newDirectoryId) {
        disk = new CrashableDisk();
        isFull = false;
        failingSyncs = null;
        directoryId = newDirectoryId;
    }

    /** The machine has lost power: what was not synced is gone, wholly or in part. */
    void onPowerCut(Random random) {
        running = null;
        disk = disk.afterPowerCut(random);
        keepFaults();
        boots++;
    }
}
