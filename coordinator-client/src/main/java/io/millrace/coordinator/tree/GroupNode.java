package io.millrace.coordinator.tree;

/** {@code /groups/<group>}: a write of the group's offsets checks this node's version. */
public record GroupNode(int generation) {}
