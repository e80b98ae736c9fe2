package io.millrace.coordinator.memory;

import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorContract;

class InMemoryContractTest extends CoordinatorContract {

    private final InMemoryTree tree = new InMemoryTree();

    @Override
    protected Coordinator newClient() {
        return tree.connect(newCallbacks());
    }

    @Override
    public void expireSession(Coordinator client) {
        ((InMemoryCoordinator) client).expireSession();
    }
}
