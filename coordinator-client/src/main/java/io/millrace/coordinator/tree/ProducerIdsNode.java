package io.millrace.coordinator.tree;

/**
 * {@code /producer-ids}: how many producer ids have been given out.
 *
 * @param next the lowest id that nobody has taken; raised by compare-and-set, a block at a time
 */
public record ProducerIdsNode(long next) {}
