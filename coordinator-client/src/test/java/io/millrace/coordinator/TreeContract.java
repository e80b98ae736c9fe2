package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.commit;
import static io.millrace.coordinator.Contract.delete;
import static io.millrace.coordinator.Contract.ephemeral;
import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static io.millrace.coordinator.Contract.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.CommitResult.Reason;
import io.millrace.coordinator.CommitResult.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes, versions and transactions. */
interface TreeContract extends Contract {

    @Test
    default void aNodeIsReadAsItWasWritten() {
        Coordinator client = connect();
        assertThat(get(client.read("/a"))).isEmpty();
        made(client, newNode("/a", "grüße ✓"));

        Node first = get(client.read("/a")).orElseThrow();
        made(client, set("/a", "", 0));
        Node second = get(client.read("/a")).orElseThrow();

        assertThat(first).isEqualTo(new Node("/a", "grüße ✓", 0, first.createdAt(), first.createdAt(), 0));
        assertThat(second).isEqualTo(new Node("/a", "", 1, first.createdAt(), second.modifiedAt(), 0));
        assertThat(second.modifiedAt()).isGreaterThan(first.modifiedAt());
    }

    @Test
    default void aNodeMadeAgainIsToldFromTheEarlierOne() {
        Coordinator client = connect();
        made(client, newNode("/a", "x"));
        Node first = get(client.read("/a")).orElseThrow();

        made(client, delete("/a"), newNode("/a", "x"));

        Node second = get(client.read("/a")).orElseThrow();
        assertThat(second.version()).isZero();
        assertThat(second.createdAt()).isGreaterThan(first.createdAt());
    }

    @Test
    default void aTransactionAnswersTheVersionOfEachNodeAfterwards() {
        Coordinator client = connect();
        made(client, newNode("/a", ""), newNode("/b", ""));

        assertThat(made(
                        client,
                        newNode("/c", ""),
                        set("/c", "1", 0),
                        set("/a", "1", Operation.ANY_VERSION),
                        set("/a", "2", 1),
                        new Operation.Check("/a", 2),
                        delete("/b")))
                .containsExactly(0, 1, 1, 2, -1, -1);
    }

    @Test
    default void aTransactionHappensWholeOrNotAtAll() {
        Coordinator client = connect();
        made(client, newNode("/a", "old"), newNode("/gone", ""));

        CommitResult result = commit(
                client,
                set("/a", "new", 0),
                delete("/gone"),
                newNode("/a/b", ""),
                set("/a", "x", 7),
                newNode("/c", ""));

        assertThat(result).isEqualTo(new Refused(3, Reason.BAD_VERSION));
        Node a = get(client.read("/a")).orElseThrow();
        assertThat(a.data()).isEqualTo("old");
        assertThat(a.version()).isZero();
        assertThat(get(client.children("/"))).containsExactly("a", "gone");
        assertThat(get(client.children("/a"))).isEmpty();
    }

    @Test
    default void eachMisfitHasItsReason() {
        Coordinator client = connect();
        made(client, newNode("/a", ""), newNode("/a/b", ""));

        assertThat(commit(client, newNode("/a", ""))).isEqualTo(new Refused(0, Reason.NODE_EXISTS));
        assertThat(commit(client, newNode("/no/x", ""))).isEqualTo(new Refused(0, Reason.NO_NODE));
        assertThat(commit(client, set("/no", "", 0))).isEqualTo(new Refused(0, Reason.NO_NODE));
        assertThat(commit(client, set("/a", "", 1))).isEqualTo(new Refused(0, Reason.BAD_VERSION));
        assertThat(commit(client, delete("/no"))).isEqualTo(new Refused(0, Reason.NO_NODE));
        assertThat(commit(client, delete("/a"))).isEqualTo(new Refused(0, Reason.NOT_EMPTY));
        assertThat(commit(client, new Operation.Delete("/a/b", 3))).isEqualTo(new Refused(0, Reason.BAD_VERSION));
        assertThat(commit(client, new Operation.Check("/no", Operation.ANY_VERSION)))
                .isEqualTo(new Refused(0, Reason.NO_NODE));
        assertThat(commit(client, new Operation.Check("/a", 1))).isEqualTo(new Refused(0, Reason.BAD_VERSION));
    }

    @Test
    default void ofTwoWritesWithTheSameVersionOneIsRefused() {
        Coordinator one = connect();
        Coordinator two = connect();
        made(one, newNode("/a", ""));

        var first = one.commit(List.of(set("/a", "1", 0)));
        var second = two.commit(List.of(set("/a", "2", 0)));

        assertThat(List.of(get(first), get(second)))
                .containsOnlyOnce(new Refused(0, Reason.BAD_VERSION))
                .hasAtLeastOneElementOfType(CommitResult.Committed.class);
        assertThat(read(one, "/a").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    default void childrenAreTheDirectOnesInOrder() {
        Coordinator client = connect();
        made(
                client,
                newNode("/t", ""),
                newNode("/t-2", ""),
                newNode("/t/b", ""),
                newNode("/t/a", ""),
                newNode("/t/a/c", ""));

        assertThat(get(client.children("/t"))).containsExactly("a", "b");
        assertThat(get(client.children("/none"))).isEmpty();
        assertThat(get(client.children("/t/b"))).isEmpty();
    }

    @Test
    default void afterSyncAClientSeesWhatOthersCommitted() {
        Coordinator writer = connect();
        Coordinator reader = connect();
        made(writer, newNode("/n", ""));
        for (int i = 0; i < 20; i++) {
            made(writer, set("/n", "v" + i, i));

            assertThat(read(reader, "/n").orElseThrow().data()).isEqualTo("v" + i);
        }
    }

    @Test
    default void answersComeInTheOrderOfTheQuestions() {
        Coordinator client = connect();
        made(client, newNode("/n", ""));
        List<String> seen = new ArrayList<>();

        var last = IntStream.range(0, 50)
                .mapToObj(i -> {
                    var unused = client.commit(List.of(set("/n", "v" + i, i)));
                    return client.read("/n")
                            .thenAccept(node -> seen.add(node.orElseThrow().data()));
                })
                .reduce((before, after) -> after)
                .orElseThrow();

        get(last);
        assertThat(seen).isEqualTo(IntStream.range(0, 50).mapToObj(i -> "v" + i).toList());
    }

    @Test
    default void aTransactionOfFiveHundredFitsAndOneMoreDoesNot() {
        Coordinator client = connect();
        List<Operation> operations = new ArrayList<>();
        operations.add(newNode("/n", ""));
        while (operations.size() < 500) {
            operations.add(newNode("/n/" + operations.size(), ""));
        }

        assertThat(get(client.commit(operations))).isInstanceOf(CommitResult.Committed.class);

        operations.add(newNode("/n/501", ""));
        assertThatThrownBy(() -> client.commit(operations)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.commit(List.of(newNode("/x", "x".repeat(256 * 1024)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void whatIsNotAPathIsRefusedAtOnce() {
        Coordinator client = connect();
        for (String path : List.of("a", "/a/", "//a", "")) {
            assertThatThrownBy(() -> client.read(path)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.commit(List.of(newNode(path, ""))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aClosedClientTakesItsEphemeralNodesAlongAndAnswersNoMore() {
        Coordinator stays = connect();
        Coordinator leaves = connect();
        made(leaves, newNode("/kept", ""), ephemeral("/gone"));

        leaves.close();
        leaves.close();

        assertThat(read(stays, "/gone")).isEmpty();
        assertThat(read(stays, "/kept")).isPresent();
        assertThatThrownBy(() -> get(leaves.read("/kept"))).isInstanceOf(CoordinatorException.class);
        assertThatThrownBy(() -> get(leaves.commit(List.of(newNode("/late", "")))))
                .isInstanceOf(CoordinatorException.class);
    }
}
