package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.ElectionQueue;
import io.millrace.coordinator.ElectionQueue.Place;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the dead from the head of the queue for controller, so that the next in line need not wait until their sessions
 * end. Every broker that is not in office does this at the same time: a place can go only once, and only by its own path.
 * All on the loop.
 */
final class Succession {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final ElectionQueue queue;
    private final EventLoop loop;
    private final Predicate<BrokerIncarnation> isReplaced;
    private final TreeSet<BrokerIncarnation> dead = new TreeSet<>(BrokerIncarnation.ORDER);
    private boolean isBusy;
    private boolean mustLookAgain;

    /** @param isReplaced whether a later process start of the same broker is known, which ends the one asked about */
    Succession(Coordinator coordinator, EventLoop loop, Predicate<BrokerIncarnation> isReplaced) {
        this.queue = new ElectionQueue(coordinator);
        this.loop = loop;
        this.isReplaced = isReplaced;
    }

    void onDead(BrokerIncarnation broker) {
        dead.add(broker);
        look();
    }

    void onReturned(BrokerIncarnation broker) {
        dead.remove(broker);
    }

    /** Looks whether the head of the queue is dead. To be called whenever brokers came or went. */
    void look() {
        if (isBusy) {
            mustLookAgain = true;
            return;
        }
        isBusy = true;
        mustLookAgain = false;
        Continuation.on(loop, queue.first(), (first, failure) -> {
            if (first == null) {
                onDone(failure);
            } else {
                first.filter(this::isAbandoned).ifPresentOrElse(this::remove, () -> onDone(null));
            }
        });
    }

    private void remove(Place abandoned) {
        LOG.info("Takes {} out of the queue for controller: it is dead", abandoned);
        mustLookAgain = true;
        Continuation.on(loop, queue.remove(abandoned), (done, failure) -> onDone(failure));
    }

    private boolean isAbandoned(Place place) {
        BrokerIncarnation broker = new BrokerIncarnation(place.brokerId(), place.brokerEpoch());
        return dead.contains(broker) || isReplaced.test(broker);
    }

    private void onDone(@Nullable Throwable failure) {
        isBusy = false;
        if (failure != null && !(failure instanceof CoordinatorException)) {
            throw new IllegalStateException("Looking at the queue for controller failed", failure);
        }
        if (failure != null) {
            // The coordinator's own session timeouts clear the queue; and whatever changes next leads here again.
            LOG.warn("Cannot see to the queue for controller: {}", failure.getMessage());
        } else if (mustLookAgain) {
            look();
        }
    }
}
