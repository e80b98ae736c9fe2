package io.millrace.coordinator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** Everything that holds for each adapter. A subclass says how to connect. */
public abstract class CoordinatorContract
        implements TreeContract,
                WatchContract,
                SessionContract,
                RegistryContract,
                ElectionContract,
                OffsetStoreContract,
                ProducerIdsContract {

    private final Deque<Coordinator> clients = new ArrayDeque<>();
    private final Deque<ExecutorService> threads = new ArrayDeque<>();

    /** A new client on this test's own tree. */
    protected abstract Coordinator newClient();

    @Override
    public final Coordinator connect() {
        Coordinator client = newClient();
        clients.push(client);
        return client;
    }

    @Override
    public final Executor newCallbacks() {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "callbacks");
            made.setDaemon(true);
            return made;
        });
        threads.push(thread);
        return thread;
    }

    @AfterEach
    final void closeAll() {
        clients.forEach(Coordinator::close);
        threads.forEach(ExecutorService::shutdownNow);
    }
}
