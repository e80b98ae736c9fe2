package io.millrace.coordinator.tree;

/** {@code /cluster}: made by the first broker, matched by all others. */
public record ClusterNode(String clusterId, int formatVersion) {}
