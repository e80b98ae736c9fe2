package io.millrace.broker.group;

import java.util.OptionalLong;

/**
 * One partition of a reset.
 *
 * @param topicId of the topic that is meant: another one may have its name soon
 * @param before empty where the group had none
 * @param after empty where the group then has none
 */
public record ResetOffset(String topic, String topicId, int partition, OptionalLong before, OptionalLong after) {}
