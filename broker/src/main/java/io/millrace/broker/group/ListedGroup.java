package io.millrace.broker.group;

/** @param coordinator id of the broker that coordinates it or would, {@link Groups#NO_COORDINATOR} where there is none */
public record ListedGroup(String group, long generation, int memberCount, int coordinator) {}
