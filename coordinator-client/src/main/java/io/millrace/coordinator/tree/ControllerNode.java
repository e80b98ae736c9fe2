package io.millrace.coordinator.tree;

/**
 * {@code /controller/epoch}: who controls. The version of this node is the controllerEpoch and the authority for every
 * write of partition state (R16).
 */
public record ControllerNode(int brokerId, long brokerEpoch, String endpoint) {}
