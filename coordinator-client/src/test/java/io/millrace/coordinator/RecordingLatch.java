package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.eventually;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A place in the queue at {@code /latch} that keeps what it is told. */
final class RecordingLatch implements LatchListener {

    final List<String> events = new CopyOnWriteArrayList<>();
    final Latch latch;

    RecordingLatch(Coordinator client) {
        this.latch = client.latch("/latch", "someone", this);
    }

    @Override
    public void onAcquired() {
        events.add("acquired");
    }

    @Override
    public void onLost() {
        events.add("lost");
    }

    void becomesHeld() {
        eventually().until(() -> events.contains("acquired"));
    }

    void becomesQueued() {
        eventually().until(() -> latch.ownNode().isPresent());
    }
}
