package io.millrace.lab.run;

import io.millrace.lab.run.FaultKit.Healing;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A disk on which writes and syncs stand still most of the time. Has a thread of its own. */
final class StallingDisk implements Healing {
    private static final long FROZEN_MS = 300;
    private static final long FREE_MS = 100;

    private final DiskImage disk;
    private final CountDownLatch isOver = new CountDownLatch(1);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private StallingDisk(DiskImage disk) {
        this.disk = disk;
    }

    static StallingDisk start(DiskImage disk) {
        StallingDisk stalling = new StallingDisk(disk);
        Thread thread = new Thread(stalling::run, "mill-stall-0");
        thread.setDaemon(true);
        thread.start();
        return stalling;
    }

    private void run() {
        try {
            do {
                disk.freeze();
                try {
                    Thread.sleep(FROZEN_MS);
                } finally {
                    disk.thaw();
                }
            } while (!isOver.await(FREE_MS, TimeUnit.MILLISECONDS) && !disk.isRetired());
            ended.complete(true);
        } catch (IOException e) {
            ended.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended.completeExceptionally(e);
        }
    }

    @Override
    public void heal() throws IOException, InterruptedException {
        isOver.countDown();
        try {
            ended.get();
        } catch (ExecutionException e) {
            throw new IOException("the disk could not be stalled", e.getCause());
        }
    }
}
