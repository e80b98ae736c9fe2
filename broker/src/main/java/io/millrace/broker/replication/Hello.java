package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;

/**
 * First word on a replication stream.
 *
 * @param clusterId both must be of one cluster
 * @param follower who speaks
 * @param leader whom it means to reach: a restarted broker is another incarnation and refuses
 */
public record Hello(String clusterId, BrokerIncarnation follower, BrokerIncarnation leader) {}
