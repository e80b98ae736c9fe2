package io.millrace.cli.cluster;

import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * What surrounds the members of a cluster.
 *
 * @param toldPort what clients and brokers are told in place of the port that a member listens on
 * @param environment what a member's process finds in its environment, besides what this one has
 */
record MemberSetting(IntUnaryOperator toldPort, Function<Member, Map<String, String>> environment) {
    /** Members are reached where they listen. */
    static final MemberSetting PLAIN = new MemberSetting(IntUnaryOperator.identity(), member -> Map.of());
}
