package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDiskTest {

    private final OngoingWrites writes = new OngoingWrites();

    @TempDir
    private Path directory;

    @Test
    void aWriteThatDoesNotComeBackIsTheOldestWhateverGoesOnBesideIt() throws Exception {
        CountDownLatch standsStill = new CountDownLatch(1);
        DiskFile stuck = new WatchedDisk(hanging(standsStill), writes).create("stuck");
        Disk disk = new WatchedDisk(new FileDisk(directory), writes);
        CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> sync(stuck));
        await().until(() -> writes.oldest() != 0);
        long oldest = writes.oldest();

        DiskFile file = disk.create("other");
        for (int i = 0; i < 1_000; i++) {
            file.write(ByteBuffer.wrap(new byte[] {1}), i);
        }
        file.sync();
        file.close();

        assertThat(writes.oldest()).isEqualTo(oldest);
        standsStill.countDown();
        sync.get();
        assertThat(writes.oldest()).isZero();
    }

    @Test
    void aWriteThatFailsIsOver() throws Exception {
        Disk disk = new WatchedDisk(new FileDisk(directory), writes);
        DiskFile file = disk.create("file");
        file.close();

        assertThat(CompletableFuture.runAsync(() -> sync(file))
                        .handle((done, failure) -> failure)
                        .get())
                .isNotNull();
        assertThat(writes.oldest()).isZero();
    }

    private static void sync(DiskFile file) {
        try {
            file.sync();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A disk whose only file comes back from a sync when it is let. */
    private static Disk hanging(CountDownLatch standsStill) {
        DiskFile file = answering(DiskFile.class, () -> {
            standsStill.await();
            return null;
        });
        return answering(Disk.class, () -> file);
    }

    private static <T> T answering(Class<T> seam, Callable<@Nullable Object> answer) {
        return seam.cast(Proxy.newProxyInstance(
                seam.getClassLoader(), new Class<?>[] {seam}, (proxy, method, arguments) -> answer.call()));
    }
}
