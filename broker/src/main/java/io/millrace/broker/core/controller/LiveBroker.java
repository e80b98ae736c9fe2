package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is registered now.
 *
 * @param rack where it stands, null where it did not say
 */
public record LiveBroker(
        BrokerIncarnation incarnation, @Nullable String rack) {}
