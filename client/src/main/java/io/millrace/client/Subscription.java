package io.millrace.client;

import com.google.protobuf.Duration;
import io.millrace.proto.v1.MemberOpen;
import java.util.Collection;
import java.util.List;

/**
 * What a member wants of its group.
 *
 * @param pattern empty for none
 */
record Subscription(GroupConfig config, List<String> topics, String pattern) {
    static Subscription ofTopics(GroupConfig config, Collection<String> topics) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("no topic to subscribe to");
        }
        return new Subscription(config, List.copyOf(topics), "");
    }

    static Subscription ofPattern(GroupConfig config, String pattern) {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("no pattern to subscribe to");
        }
        return new Subscription(config, List.of(), pattern);
    }

    MemberOpen.Builder message() {
        String instanceId = config.instanceId();
        return MemberOpen.newBuilder()
                .setGroup(config.group())
                .setInstanceId(instanceId == null ? "" : instanceId)
                .addAllTopics(topics)
                .setPattern(pattern)
                .setAssignor(config.assignor())
                .setRack(config.rack())
                .setClientId(config.clientId())
                .setSessionTimeout(duration(config.sessionTimeoutMs()))
                .setRebalanceTimeout(duration(config.rebalanceTimeoutMs()));
    }

    private static Duration duration(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / 1_000)
                .setNanos((int) (ms % 1_000) * 1_000_000)
                .build();
    }
}
