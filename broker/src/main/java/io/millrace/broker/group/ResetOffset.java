package io.millrace.broker.group;

import java.util.OptionalLong;

/**
 * One partition of a reset.
 *
 * @param before empty where the group had none
 * @param after empty where the group then has none
 */
public record ResetOffset(String topic, int partition, OptionalLong before, OptionalLong after) {}
