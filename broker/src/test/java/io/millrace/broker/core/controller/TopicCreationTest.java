package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.CONFIG;
import static io.millrace.broker.core.controller.States.live;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCreationTest {

    private static final ClusterState THREE = States.empty(live(14, 25, 36));

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 1", "3, 3, 2", "5, 3, 2"})
    void whatIsLeftOpenGetsItsDefault(int brokers, int replicationFactor, int minInsyncReplicas) {
        ClusterState state = States.empty(live(Arrays.copyOf(new int[] {11, 21, 31, 41, 51}, brokers)));
        TopicSpec spec = new TopicSpec("t", "id", OptionalInt.empty(), OptionalInt.empty(), CONFIG, List.of());

        TopicImage topic = created(TopicCreation.create(state, spec));

        assertThat(topic.partitionCount()).isEqualTo(1);
        assertThat(topic.replicationFactor()).isEqualTo(replicationFactor);
        assertThat(topic.config().minInsyncReplicas()).isEqualTo(minInsyncReplicas);
    }

    @Test
    void aNewPartitionIsLedByTheIncarnationThatIsLiveAndAllItsReplicasAreInSync() {
        Decision<Outcome<TopicImage>> decision = TopicCreation.create(THREE, States.spec("t", 3, 3));

        TopicImage topic = created(decision);
        assertThat(topic.partitions()).containsOnlyKeys(0, 1, 2);
        assertThat(topic.partitions().get(0))
                .isEqualTo(new PartitionState(
                        1,
                        4,
                        0,
                        0,
                        List.of(1, 2, 3),
                        List.of(),
                        List.of(),
                        new TreeMap<>(Map.of(1, 4L, 2, 5L, 3, 6L)),
                        List.of(1, 2, 3)));
        assertThat(topic.partitions().get(1))
                .satisfies(partition -> assertThat(partition.leader()).isEqualTo(2))
                .satisfies(
                        partition -> assertThat(partition.leaderBrokerEpoch()).isEqualTo(5));
        assertThat(decision.writes()).containsExactly(new Write.CreateTopic(topic));
        assertThat(decision.next().topics()).containsEntry("t", topic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-b_c.9", "...", "_x"})
    void goodNamesAreTaken(String name) {
        assertThat(TopicCreation.create(THREE, States.spec(name, 1, 1)).reply()).isInstanceOf(Outcome.Ok.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "__x", "a b", "a/b", "é", "../x", "a\u0000"})
    void badNamesAreRefused(String name) {
        assertThat(reason(TopicCreation.create(THREE, States.spec(name, 1, 1)))).isEqualTo(ErrorReason.INVALID_REQUEST);
    }

    @Test
    void aNameMayHave249CharactersAndNotOneMore() {
        assertThat(TopicCreation.create(THREE, States.spec("x".repeat(249), 1, 1))
                        .reply())
                .isInstanceOf(Outcome.Ok.class);
        assertThat(reason(TopicCreation.create(THREE, States.spec("x".repeat(250), 1, 1))))
                .isEqualTo(ErrorReason.INVALID_REQUEST);
    }

    @Test
    void aTakenNameIsRefusedAlsoWhereTheTopicCannotBeRead() {
        ClusterState taken =
                TopicCreation.create(THREE, States.spec("a.b", 1, 1)).next();
        ClusterState unreadable = ClusterState.read(7, new TreeMap<>(), new TreeSet<>(List.of("a.b")), Safeguards.ALL)
                .withLive(THREE.live());

        assertThat(reason(TopicCreation.create(taken, States.spec("a.b", 1, 1))))
                .isEqualTo(ErrorReason.TOPIC_EXISTS);
        assertThat(reason(TopicCreation.create(unreadable, States.spec("a.b", 1, 1))))
                .isEqualTo(ErrorReason.TOPIC_EXISTS);
        assertThat(reason(TopicCreation.create(taken, States.spec("a_b", 1, 1))))
                .isEqualTo(ErrorReason.INVALID_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, INVALID_REQUEST",
        "-1, 1, 0, INVALID_REQUEST",
        "10001, 1, 0, INVALID_REQUEST",
        "1, 0, 0, INVALID_REQUEST",
        "1, 4, 0, NOT_ENOUGH_BROKERS",
        "1, 33, 0, INVALID_REQUEST",
        "1, 3, 4, INVALID_REQUEST",
        "1, 3, -1, INVALID_REQUEST"
    })
    void badNumbersAreRefused(int partitions, int replicationFactor, int minInsyncReplicas, ErrorReason reason) {
        TopicSpec spec = new TopicSpec(
                "t",
                "id",
                OptionalInt.of(partitions),
                OptionalInt.of(replicationFactor),
                new TopicConfig(CONFIG.durability(), minInsyncReplicas, 1 << 20, 1 << 20),
                List.of());

        Decision<Outcome<TopicImage>> decision = TopicCreation.create(THREE, spec);

        assertThat(reason(decision)).isEqualTo(reason);
        assertThat(decision.writes()).isEmpty();
        assertThat(decision.next()).isSameAs(THREE);
    }

    @Test
    void withoutAnyLiveBrokerThereIsNoDefaultEither() {
        TopicSpec spec = new TopicSpec("t", "id", OptionalInt.empty(), OptionalInt.empty(), CONFIG, List.of());

        assertThat(reason(TopicCreation.create(States.empty(live()), spec))).isEqualTo(ErrorReason.NOT_ENOUGH_BROKERS);
    }

    @Test
    void deletionAsksForTheIdThatIsMeant() {
        ClusterState state = TopicCreation.create(THREE, States.spec("t", 1, 1)).next();

        assertThat(reason(TopicDeletion.delete(state, "t", "other"))).isEqualTo(ErrorReason.TOPIC_ID_CHANGED);
        assertThat(reason(TopicDeletion.delete(state, "u", null))).isEqualTo(ErrorReason.UNKNOWN_TOPIC);
        Decision<Outcome<String>> deleted = TopicDeletion.delete(state, "t", "t-id");
        assertThat(deleted.reply()).isEqualTo(Outcome.ok("t-id"));
        assertThat(deleted.next()).isEqualTo(THREE);
        assertThat(deleted.writes()).singleElement().isInstanceOf(Write.DeleteTopic.class);
    }

    private static TopicImage created(Decision<Outcome<TopicImage>> decision) {
        return decision.reply().fold(topic -> topic, no -> {
            throw new AssertionError(no);
        });
    }

    private static ErrorReason reason(Decision<? extends Outcome<?>> decision) {
        if (decision.reply() instanceof Outcome.No<?> no) {
            return no.refusal().reason();
        }
        throw new AssertionError("not refused: " + decision.reply());
    }
}
