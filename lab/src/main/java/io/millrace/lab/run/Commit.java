package io.millrace.lab.run;

/**
 * One commit of one partition.
 *
 * @param op grows with each commit of a member
 * @param generation in which the member believes to be
 * @param offset of the next record that the group reads
 */
public record Commit(String member, long op, long generation, int partition, long offset) {}
