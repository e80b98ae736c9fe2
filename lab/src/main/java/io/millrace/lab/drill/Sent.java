package io.millrace.lab.drill;

/**
 * One record on its way in. Each is handed over once: its content is a function of partition and number.
 *
 * @param producer who sends it
 * @param op counts the records of a producer from 0
 * @param number within its partition, from 0
 */
public record Sent(int producer, long op, int partition, long number) {}
