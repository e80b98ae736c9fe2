package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OffsetRulesTest {

    private static final SortedMap<String, TopicImage> TOPICS = topics();
    private static final OffsetCommit GOOD = new OffsetCommit("t", "t-id", 3, 5, 2, "here", false);

    static List<Arguments> refused() {
        return List.of(
                Arguments.of("bad group name", "a b", List.of(GOOD), ErrorReason.INVALID_REQUEST),
                Arguments.of("nothing to commit", "g", List.of(), ErrorReason.INVALID_REQUEST),
                Arguments.of("too many", "g", offsets(1001), ErrorReason.INVALID_REQUEST),
                Arguments.of("the same twice", "g", List.of(GOOD, GOOD), ErrorReason.INVALID_REQUEST),
                Arguments.of("offset below 0", "g", List.of(commit("t", null, 0, -1, "")), ErrorReason.INVALID_REQUEST),
                Arguments.of(
                        "metadata of 513 bytes in 257 characters",
                        "g",
                        List.of(commit("t", null, 0, 0, "é".repeat(256) + "x")),
                        ErrorReason.INVALID_REQUEST),
                Arguments.of("no such topic", "g", List.of(commit("u", null, 0, 0, "")), ErrorReason.UNKNOWN_TOPIC),
                Arguments.of(
                        "no such partition", "g", List.of(commit("t", null, 2000, 0, "")), ErrorReason.UNKNOWN_TOPIC),
                Arguments.of("partition -1", "g", List.of(commit("t", null, -1, 0, "")), ErrorReason.UNKNOWN_TOPIC),
                Arguments.of("another id", "g", List.of(commit("t", "old", 0, 0, "")), ErrorReason.TOPIC_ID_CHANGED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, String group, List<OffsetCommit> offsets, ErrorReason reason) {
        Refusal refusal = OffsetRules.commit(group, offsets, TOPICS, 99).fold(ok -> null, no -> no);

        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.definite()).isTrue();
    }

    @Test
    void whatIsAcceptedCarriesTheTopicsIdAndTheTime() {
        assertThat(OffsetRules.commit("g", List.of(GOOD, commit("t", null, 0, 0, "é".repeat(256))), TOPICS, 99))
                .isEqualTo(Outcome.ok(List.of(
                        new CommittedOffset("t", "t-id", 3, 5, 2, "here", 99),
                        new CommittedOffset("t", "t-id", 0, 0, -1, "é".repeat(256), 99))));
        assertThat(OffsetRules.commit("g", offsets(1000), TOPICS, 99)).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void offsetsOfAnEarlierTopicOfTheNameAreNotShown() {
        CommittedOffset mine = new CommittedOffset("t", "t-id", 0, 5, 2, "", 1);
        CommittedOffset earlier = new CommittedOffset("t", "old-id", 1, 5, 2, "", 1);
        CommittedOffset gone = new CommittedOffset("gone", "gone-id", 0, 5, 2, "", 1);

        assertThat(OffsetRules.visible(List.of(mine, earlier, gone), List.of(), TOPICS))
                .containsExactly(mine);
        assertThat(OffsetRules.visible(List.of(mine), List.of("other"), TOPICS)).isEmpty();
    }

    @Test
    void onlyKnownTopicsMayBeAskedFor() {
        ClusterImage image = new ClusterImage("c", null, -1, null, new TreeMap<>(), new TreeMap<>(), TOPICS);

        assertThat(OffsetRules.fetch("g", List.of("t"), image)).isNull();
        assertThat(OffsetRules.fetch("g", List.of(), image)).isNull();
        assertThat(OffsetRules.fetch("g", List.of("t", "u"), image))
                .extracting(Refusal::reason)
                .isEqualTo(ErrorReason.UNKNOWN_TOPIC);
        assertThat(OffsetRules.fetch("..", List.of(), image))
                .extracting(Refusal::reason)
                .isEqualTo(ErrorReason.INVALID_REQUEST);
    }

    private static List<OffsetCommit> offsets(int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> commit("t", null, partition, 0, ""))
                .toList();
    }

    private static OffsetCommit commit(
            String topic, @Nullable String topicId, int partition, long offset, String metadata) {
        return new OffsetCommit(topic, topicId, partition, offset, -1, metadata, false);
    }

    private static SortedMap<String, TopicImage> topics() {
        TopicConfig config = new TopicConfig(Durability.FSYNC, 1, 1 << 20, 1 << 20);
        TreeMap<String, TopicImage> topics = new TreeMap<>();
        topics.put("t", new TopicImage("t", "t-id", 2000, 1, config, List.of(), new TreeMap<>()));
        return topics;
    }
}
