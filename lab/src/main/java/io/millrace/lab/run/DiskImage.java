package io.millrace.lab.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system in a file, mounted where one broker keeps its logs, so that it can be filled, frozen and cut off. */
public final class DiskImage {
    private static final long SIZE_BYTES = 2L << 30;
    private static final List<String> COMMANDS =
            List.of("mkfs.xfs", "xfs_io", "mount", "umount", "fsfreeze", "fallocate", "df", "dd");

    private static final String FILL = """
            free() { df --output=avail -B1 "$1" | tail -n 1; }
            fallocate -l $(($(free "$1") - 67108864)) "$2"
            dd if=/dev/zero of="$2" bs=1M oflag=append conv=notrunc 2>&1
            [ "$(free "$1")" -lt 2097152 ]
            """;

    private final Path image;
    private final Path mount;
    private boolean isFrozen;
    private boolean isMounted;
    private boolean isRetired;

    private DiskImage(Path image, Path mount) {
        this.image = image;
        this.mount = mount;
    }

    /** Why there can be none here; empty where there can. */
    public static Optional<String> whyNot() throws InterruptedException {
        for (String command : COMMANDS) {
            if (!Shell.has(command)) {
                return Optional.of("this system has no command " + command);
            }
        }
        return isRoot() ? Optional.empty() : Optional.of("only root may mount a file system");
    }

    private static boolean isRoot() throws InterruptedException {
        try {
            Shell.run("sh", "-c", "test \"$(id -u)\" = 0");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the file, which takes no room before it is written to, and mounts it at an empty directory. */
    public static DiskImage create(Path image, Path mount) throws IOException, InterruptedException {
        Files.createDirectories(mount);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
        }
        Shell.run("mkfs.xfs", "-q", image.toString());
        DiskImage disk = new DiskImage(image, mount);
        disk.mount();
        return disk;
    }

    synchronized void mount() throws IOException, InterruptedException {
        Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
        isMounted = true;
    }

    /** Whoever uses it has to have ended. */
    synchronized void unmount() throws IOException, InterruptedException {
        Shell.run("umount", mount.toString());
        isMounted = false;
    }

    /** Nobody who uses it stands still from now on, whatever is under way. */
    public synchronized void retire() throws IOException, InterruptedException {
        isRetired = true;
        thaw();
    }

    /** Unmounts it for good, if it is mounted. Whoever uses it has to have ended. */
    public synchronized void retireAndUnmount() throws IOException, InterruptedException {
        retire();
        if (isMounted) {
            unmount();
        }
    }

    /** From now on nothing is written, and what was not synced is gone when it is mounted again. */
    void cutOff() throws IOException, InterruptedException {
        Shell.run("xfs_io", "-x", "-c", "shutdown", mount.toString());
    }

    /** Leaves no room: in one go what the file system gives in one piece, and then whatever it still has. */
    void fill() throws IOException, InterruptedException {
        try {
            Shell.run("sh", "-c", FILL, "sh", mount.toString(), filler().toString());
        } catch (IOException e) {
            empty();
            throw e;
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return mount.resolve("filler");
    }

    /** Whoever writes or syncs stands still, unless the disk is retired. */
    synchronized void freeze() throws IOException, InterruptedException {
        if (!isRetired) {
            Shell.run("fsfreeze", "--freeze", mount.toString());
            isFrozen = true;
        }
    }

    synchronized void thaw() throws IOException, InterruptedException {
        if (isFrozen) {
            Shell.run("fsfreeze", "--unfreeze", mount.toString());
            isFrozen = false;
        }
    }

    synchronized boolean isRetired() {
        return isRetired;
    }
}
