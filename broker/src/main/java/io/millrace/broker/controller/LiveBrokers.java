package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.controller.LiveBroker;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who counts as live in a term: whoever is registered, or is heard all the same (R46), and has not been found dead. A
 * broker that was found dead counts again when it is heard and has registered again under the same incarnation.
 */
final class LiveBrokers {

    private final Safeguards safeguards;
    private final TreeSet<BrokerIncarnation> dead = new TreeSet<>(BrokerIncarnation.ORDER);
    private final TreeMap<Integer, LiveBroker> registered = new TreeMap<>();
    private final TreeMap<Integer, LiveBroker> unregistered = new TreeMap<>();
    private TreeReading newest = new TreeReading(List.of());

    LiveBrokers(Safeguards safeguards) {
        this.safeguards = safeguards;
    }

    /**
     * What a reading of the tree has shown.
     *
     * @param heard other brokers that can be heard now, and this one
     */
    void onReading(TreeReading reading, Collection<BrokerImage> heard) {
        newest = reading;
        registered.clear();
        registered.putAll(reading.live());
        unregistered.clear();
        TreeSet<BrokerIncarnation> heardNow = new TreeSet<>(BrokerIncarnation.ORDER);
        for (BrokerImage broker : heard) {
            heardNow.add(broker.incarnation());
            if (safeguards.has(Safeguard.R46_HEARD_IS_ALIVE)) {
                reading.unregistered(broker)
                        .ifPresent(live -> unregistered.put(broker.incarnation().id(), live));
            }
        }
        dead.removeIf(broker -> heardNow.contains(broker) && isRegistered(broker));
    }

    void onDead(BrokerIncarnation broker) {
        dead.add(broker);
    }

    boolean isDead(BrokerIncarnation broker) {
        return dead.contains(broker);
    }

    SortedMap<Integer, LiveBroker> live() {
        TreeMap<Integer, LiveBroker> live = new TreeMap<>(unregistered);
        live.putAll(registered);
        live.values().removeIf(broker -> dead.contains(broker.incarnation()));
        return live;
    }

    /**
     * Whether the tree should be looked at once more though nothing has changed in it: who was found dead is heard again,
     * or what was read did not fit together.
     *
     * @param heard other brokers that can be heard now
     */
    boolean mustBeReadAgain(Collection<BrokerImage> heard) {
        return newest.isTorn() || heard.stream().anyMatch(broker -> dead.contains(broker.incarnation()));
    }

    /** Whether {@code broker} may still live, though it is neither registered nor heard: nothing says that it is dead. */
    boolean isMissing(BrokerIncarnation broker) {
        boolean isSeen = isRegistered(broker) || isAmong(unregistered, broker);
        return !isSeen && !dead.contains(broker) && newest.isNewest(broker);
    }

    private boolean isRegistered(BrokerIncarnation broker) {
        return isAmong(registered, broker);
    }

    private static boolean isAmong(SortedMap<Integer, LiveBroker> brokers, BrokerIncarnation broker) {
        LiveBroker found = brokers.get(broker.id());
        return found != null && found.incarnation().equals(broker);
    }
}
