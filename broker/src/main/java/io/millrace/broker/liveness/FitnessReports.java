package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Fitness;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** How fit each broker has called itself last: beats repeat it, and only news are passed on. */
final class FitnessReports {

    private final TreeMap<BrokerIncarnation, Fitness> told = new TreeMap<>(BrokerIncarnation.ORDER);

    void onReport(BrokerIncarnation from, Fitness fitness, BiConsumer<BrokerIncarnation, Fitness> news) {
        if (told.getOrDefault(from, Fitness.FINE) == fitness) {
            return;
        }
        told.keySet().removeIf(broker -> broker.id() == from.id() && broker.epoch() < from.epoch());
        told.put(from, fitness);
        news.accept(from, fitness);
    }

    /** Nobody knows how it is with who is not heard: nothing is given to it meanwhile. */
    void onSilence(BrokerIncarnation broker, BiConsumer<BrokerIncarnation, Fitness> news) {
        onReport(broker, told.getOrDefault(broker, Fitness.FINE).worse(Fitness.SLOW), news);
    }

    /** Says all of it again, for somebody who has not heard it. */
    void retell(BiConsumer<BrokerIncarnation, Fitness> news) {
        told.forEach(news);
    }
}
