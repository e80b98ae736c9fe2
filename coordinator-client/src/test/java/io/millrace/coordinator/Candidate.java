package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.eventually;

import io.millrace.coordinator.tree.ControllerNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A broker that stands for controller and keeps what it is told. */
final class Candidate implements ElectionListener {

    final List<String> events = new CopyOnWriteArrayList<>();
    final ControllerElection election;
    final ControllerNode self;
    private volatile int epoch;

    Candidate(Coordinator client, int brokerId, Executor callbacks) {
        this.self = new ControllerNode(brokerId, 1, "localhost:" + brokerId);
        this.election = new ControllerElection(client, self, callbacks, () -> 0, this);
        election.start();
    }

    @Override
    public void onElected(int controllerEpoch) {
        epoch = controllerEpoch;
        events.add("elected " + controllerEpoch);
    }

    @Override
    public void onResigned(String why) {
        epoch = 0;
        events.add("resigned");
    }

    /** 0 while it is not controller. */
    int epoch() {
        return epoch;
    }

    int becomesController() {
        eventually().until(() -> epoch > 0);
        return epoch;
    }

    void becomesController(int expectedEpoch) {
        eventually().until(() -> epoch == expectedEpoch);
    }
}
