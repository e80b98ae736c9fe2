package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.delete;
import static io.millrace.coordinator.Contract.ephemeral;
import static io.millrace.coordinator.Contract.eventually;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recursive watches. */
interface WatchContract extends Contract {

    @Test
    default void whatIsThereIsToldParentsFirstAndThenThatThisWasAll() {
        Coordinator client = connect();
        made(client, newNode("/w", "0"), newNode("/w/a", "1"), newNode("/w/a/b", "2"), newNode("/w-not", ""));
        RecordingTree seen = new RecordingTree();

        client.watch("/w", seen);

        eventually()
                .untilAsserted(() -> assertThat(seen.events)
                        .containsExactly("node /w 0", "node /w/a 1", "node /w/a/b 2", "initialized"));
    }

    @Test
    default void changesByOthersAtAnyDepthAreTold() {
        Coordinator watching = connect();
        Coordinator writing = connect();
        RecordingTree seen = watched(watching, "/w");

        made(writing, newNode("/w", "0"));
        made(writing, newNode("/w/a", "1"), newNode("/w/a/b", "2"));
        eventually()
                .untilAsserted(() -> assertThat(seen.data()).isEqualTo(Map.of("/w", "0", "/w/a", "1", "/w/a/b", "2")));
        made(writing, set("/w/a/b", "3", 0));
        eventually().untilAsserted(() -> assertThat(seen.data()).containsEntry("/w/a/b", "3"));
        made(writing, delete("/w/a/b"), delete("/w/a"));
        eventually().untilAsserted(() -> assertThat(seen.data()).isEqualTo(Map.of("/w", "0")));
        made(writing, delete("/w"));
        eventually().untilAsserted(() -> assertThat(seen.data()).isEmpty());
    }

    @Test
    default void aNodeIsToldWithAllThatIsKnownOfIt() {
        Coordinator client = connect();
        RecordingTree seen = watched(client, "/");

        made(client, newNode("/a", ""), ephemeral("/e"));
        made(client, set("/a", "x", 0));

        eventually().untilAsserted(() -> {
            assertThat(seen.node("/a")).isEqualTo(Contract.get(client.read("/a")));
            assertThat(seen.node("/e")).isEqualTo(Contract.get(client.read("/e")));
        });
    }

    @Test
    default void aNodeMadeAgainWithTheSameVersionIsTold() {
        Coordinator client = connect();
        made(client, newNode("/t", ""), newNode("/t/x", "first"));
        RecordingTree seen = watched(client, "/t");

        made(client, delete("/t/x"), newNode("/t/x", "second"));

        eventually().untilAsserted(() -> assertThat(seen.data()).containsEntry("/t/x", "second"));
    }

    @Test
    default void aClosedWatchTellsNothing() {
        Coordinator client = connect();
        RecordingTree closed = new RecordingTree();
        Subscription subscription = client.watch("/w", closed);
        eventually().until(() -> closed.initialized.get() > 0);
        RecordingTree open = watched(client, "/w");

        subscription.close();
        subscription.close();
        made(client, newNode("/w", "x"));

        eventually().untilAsserted(() -> assertThat(open.data()).containsKey("/w"));
        assertThat(closed.events).containsExactly("initialized");
    }

    @Test
    default void aWatchGoesOnAfterALostSession() {
        Coordinator watching = connect();
        Coordinator writing = connect();
        made(writing, newNode("/w", "0"), newNode("/w/gone", ""), newNode("/w/again", "first"));
        RecordingTree seen = watched(watching, "/w");

        expireSession(watching);
        made(writing, delete("/w/gone"), delete("/w/again"), newNode("/w/again", "second"), newNode("/w/new", "n"));

        eventually()
                .untilAsserted(() ->
                        assertThat(seen.data()).isEqualTo(Map.of("/w", "0", "/w/again", "second", "/w/new", "n")));
        made(writing, set("/w", "1", 0));
        eventually().untilAsserted(() -> assertThat(seen.data()).containsEntry("/w", "1"));
    }

    private RecordingTree watched(Coordinator client, String path) {
        RecordingTree seen = new RecordingTree();
        client.watch(path, seen);
        eventually().until(() -> seen.initialized.get() > 0);
        return seen;
    }
}
