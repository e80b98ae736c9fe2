package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Fitness;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** How fit each broker is, by its own last word and by whether it can be talked with; only news are passed on. */
final class FitnessReports {

    private final TreeMap<BrokerIncarnation, Fitness> own = new TreeMap<>(BrokerIncarnation.ORDER);
    private final TreeMap<BrokerIncarnation, Fitness> told = new TreeMap<>(BrokerIncarnation.ORDER);
    private Set<BrokerIncarnation> silent = Set.of();
    private Set<BrokerIncarnation> outOfTouch = Set.of();

    void onReport(BrokerIncarnation from, Fitness fitness, BiConsumer<BrokerIncarnation, Fitness> news) {
        own.keySet().removeIf(broker -> isEarlier(broker, from));
        told.keySet().removeIf(broker -> isEarlier(broker, from));
        own.put(from, fitness);
        tell(from, news);
    }

    private static boolean isEarlier(BrokerIncarnation broker, BrokerIncarnation than) {
        return broker.id() == than.id() && broker.epoch() < than.epoch();
    }

    /**
     * Who can be talked with now.
     *
     * @param nowSilent nobody knows how it is with these: nothing is given to them meanwhile
     * @param nowOutOfTouch these live, and whatever they would have to ask of this broker they cannot ask
     */
    void onTouch(
            Collection<BrokerIncarnation> nowSilent,
            Collection<BrokerIncarnation> nowOutOfTouch,
            BiConsumer<BrokerIncarnation, Fitness> news) {
        TreeSet<BrokerIncarnation> affected = new TreeSet<>(BrokerIncarnation.ORDER);
        affected.addAll(silent);
        affected.addAll(outOfTouch);
        affected.addAll(nowSilent);
        affected.addAll(nowOutOfTouch);
        silent = Set.copyOf(nowSilent);
        outOfTouch = Set.copyOf(nowOutOfTouch);
        affected.forEach(broker -> tell(broker, news));
    }

    /** Says all of it again, for somebody who has not heard it. */
    void retell(BiConsumer<BrokerIncarnation, Fitness> news) {
        told.forEach(news);
    }

    private void tell(BrokerIncarnation broker, BiConsumer<BrokerIncarnation, Fitness> news) {
        Fitness now = own.getOrDefault(broker, Fitness.FINE).worse(touch(broker));
        if (told.getOrDefault(broker, Fitness.FINE) != now) {
            told.put(broker, now);
            news.accept(broker, now);
        }
    }

    private Fitness touch(BrokerIncarnation broker) {
        if (outOfTouch.contains(broker)) {
            return Fitness.STALLED;
        }
        return silent.contains(broker) ? Fitness.SLOW : Fitness.FINE;
    }
}
