package io.millrace.lab.simulation.seam;

/**
 * How a network behaves.
 *
 * @param minDelayNs of a message on its way, inclusive
 * @param maxDelayNs inclusive
 * @param lossPerMille of unary requests and of their answers, each
 * @param duplicationPerMille of unary requests: a transport that retries delivers some twice
 * @param breakPerMille of messages on a stream with which it breaks: what is ordered cannot lose one in the middle
 * @param detectionMaxNs the longest until an end of a stream notices that the other one is out of reach
 */
public record NetworkPlan(
        long minDelayNs,
        long maxDelayNs,
        int lossPerMille,
        int duplicationPerMille,
        int breakPerMille,
        long detectionMaxNs) {}
