package io.millrace.broker.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open while somebody uses it and costs no descriptor while nobody does. All users share one descriptor,
 * so an error of a write is seen by the sync that follows; a file that was deleted stays readable to who has a lease.
 */
final class LazyFile {
    private final Disk disk;
    private final String path;
    private @Nullable DiskFile file;
    private int leases;

    LazyFile(Disk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    synchronized Lease acquire() throws IOException {
        DiskFile open = file == null ? disk.open(path) : file;
        file = open;
        leases++;
        return new Lease(open);
    }

    private synchronized void release() throws IOException {
        leases--;
        DiskFile unused = file;
        if (leases == 0 && unused != null) {
            file = null;
            unused.close();
        }
    }

    /** The right to use the file; to be closed once. */
    final class Lease implements AutoCloseable {
        private final DiskFile leased;

        private Lease(DiskFile leased) {
            this.leased = leased;
        }

        DiskFile file() {
            return leased;
        }

        @Override
        public void close() throws IOException {
            release();
        }
    }
}
