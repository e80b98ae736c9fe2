package io.millrace.lab.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records the history of a real run: any thread adds events, and one of its own writes them, so that nobody who measures
 * waits for a disk. An event costs its thread well under a microsecond.
 *
 * <p>Events stand in the file in the order in which they were added. Where the disk does not keep up, {@link #add} waits:
 * a history with holes would prove nothing.
 */
public final class HistoryRecorder implements HistorySink, AutoCloseable {

    private static final int MAX_PENDING = 1 << 20;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final HistoryWriter writer;
    private final Thread thread = new Thread(this::write, "mill-history-0");
    private final CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    private List<HistoryEvent> pending = new ArrayList<>();
    private boolean isClosed;
    private @Nullable RuntimeException failure;

    /** Writes a new file, in place of one that is there. */
    public HistoryRecorder(Path file) throws IOException {
        writer = new HistoryWriter(file);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Adds one; any thread may.
     *
     * @throws UncheckedIOException where what was added before could not be written
     */
    @Override
    public synchronized void add(HistoryEvent event) {
        boolean interrupted = false;
        while (pending.size() >= MAX_PENDING && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        if (isClosed) {
            throw new IllegalStateException("the history is closed");
        }
        pending.add(event);
    }

    private void write() {
        try {
            while (!isDone()) {
                // In the meantime more comes together, and nobody is woken for each event.
                LockSupport.parkNanos(PAUSE_NS);
                take().forEach(writer::add);
                writer.flush();
            }
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            written.complete(null);
        }
    }

    private synchronized boolean isDone() {
        return isClosed && pending.isEmpty();
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
        pending = new ArrayList<>();
        notifyAll();
    }

    private synchronized List<HistoryEvent> take() {
        List<HistoryEvent> taken = pending;
        pending = new ArrayList<>();
        notifyAll();
        return taken;
    }

    /**
     * Writes what is left.
     *
     * @throws UncheckedIOException where something could not be written
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            isClosed = true;
        }
        LockSupport.unpark(thread);
        written.join();
        writer.close();
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
