package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.ephemeral;
import static io.millrace.coordinator.Contract.eventually;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.SessionListener.SessionState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions, and the latch, which stands and falls with them. */
interface SessionContract extends Contract {

    @Test
    default void anEphemeralNodeNamesTheSessionThatTheListenerIsTold() {
        Coordinator client = connect();
        RecordingSession session = new RecordingSession();
        client.watchSession(session);
        made(client, ephemeral("/e"), newNode("/p", ""));

        assertThat(read(client, "/e").orElseThrow().ephemeralOwner()).isEqualTo(session.connectedId());
        assertThat(read(client, "/p").orElseThrow().ephemeralOwner()).isZero();
    }

    @Test
    default void withTheSessionItsEphemeralNodesGoAndTheClientComesBackWithANewOne() {
        Coordinator other = connect();
        Coordinator client = connect();
        RecordingSession session = new RecordingSession();
        client.watchSession(session);
        made(client, ephemeral("/e"), newNode("/p", ""));
        long before = session.connectedId();

        expireSession(client);

        eventually().until(() -> session.isConnectedOtherThan(before));
        assertThat(session.states).containsSubsequence(List.of(SessionState.LOST, SessionState.CONNECTED));
        assertThat(read(other, "/e")).isEmpty();
        assertThat(read(other, "/p")).isPresent();
        made(client, ephemeral("/e"));
        assertThat(read(other, "/e").orElseThrow().ephemeralOwner()).isEqualTo(session.connectedId());
    }

    @Test
    default void aLateSessionListenerIsToldThePresentState() {
        Coordinator client = connect();
        RecordingSession first = new RecordingSession();
        client.watchSession(first);
        long id = first.connectedId();
        RecordingSession late = new RecordingSession();

        Subscription subscription = client.watchSession(late);

        assertThat(late.connectedId()).isEqualTo(id);
        subscription.close();
        expireSession(client);
        eventually().until(() -> first.isConnectedOtherThan(id));
        assertThat(late.states).containsExactly(SessionState.CONNECTED);
    }

    @Test
    default void theLatchIsHeldByTheFirstAndThenByTheNext() {
        RecordingLatch one = new RecordingLatch(connect());
        one.becomesHeld();
        RecordingLatch two = new RecordingLatch(connect());
        two.becomesQueued();

        assertThat(two.events).isEmpty();
        one.latch.close();
        one.latch.close();

        two.becomesHeld();
        assertThat(one.events).containsExactly("acquired");
    }

    @Test
    default void theLatchMovesWhenTheHoldersSessionEnds() {
        Coordinator first = connect();
        RecordingLatch one = new RecordingLatch(first);
        one.becomesHeld();
        String node = one.latch.ownNode().orElseThrow();
        RecordingLatch two = new RecordingLatch(connect());
        two.becomesQueued();

        expireSession(first);

        two.becomesHeld();
        eventually().untilAsserted(() -> assertThat(one.events).containsExactly("acquired", "lost"));
        eventually()
                .until(() ->
                        one.latch.ownNode().filter(own -> !own.equals(node)).isPresent());
        two.latch.close();
        eventually().untilAsserted(() -> assertThat(one.events).containsExactly("acquired", "lost", "acquired"));
    }

    @Test
    default void theOwnLatchNodeIsThereAndGoesWhenTheLatchIsClosed() {
        Coordinator client = connect();
        RecordingLatch one = new RecordingLatch(client);
        one.becomesHeld();
        String node = one.latch.ownNode().orElseThrow();

        assertThat(node).startsWith("/latch/");
        assertThat(read(client, node).orElseThrow().ephemeralOwner()).isNotZero();

        one.latch.close();
        eventually().until(() -> read(client, node).isEmpty());
    }
}
