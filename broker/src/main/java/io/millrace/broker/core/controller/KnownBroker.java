package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;

/**
 * A broker that has been registered, in its newest incarnation.
 *
 * @param isRegistered whether it is so now
 */
public record KnownBroker(BrokerIncarnation incarnation, boolean isRegistered) {}
