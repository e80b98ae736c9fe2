package io.millrace.lab.run;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What can be done to the cluster at hand.
 *
 * @param injectors by the fault that they know to cause
 * @param skipped why a fault cannot be had, for people; of every fault that has no injector
 */
public record FaultKit(Map<FaultKind, Injector> injectors, Map<FaultKind, String> skipped) {

    /** Takes a fault back. */
    @FunctionalInterface
    public interface Healing {
        /** Returns once what was done is undone, and what ended runs again. Tried once. */
        void heal() throws IOException, InterruptedException;
    }

    /** Causes faults of one kind. */
    @FunctionalInterface
    public interface Injector {
        /** Strikes, and says how to heal. Where it throws, nothing was done or all was taken back. */
        Healing strike(FaultStep step) throws IOException, InterruptedException;
    }

    public FaultKit {
        injectors = Map.copyOf(injectors);
        skipped = Map.copyOf(skipped);
        for (FaultKind kind : FaultKind.values()) {
            if (injectors.containsKey(kind) == skipped.containsKey(kind)) {
                throw new IllegalArgumentException(kind.spelling() + " has to be either possible or not");
            }
        }
    }

    /** Those of the kinds that can be had. */
    public List<FaultKind> possible(List<FaultKind> wanted) {
        return wanted.stream().filter(injectors::containsKey).toList();
    }

    /** Why the others cannot be had. */
    public Map<FaultKind, String> missing(List<FaultKind> wanted) {
        Map<FaultKind, String> missing = new EnumMap<>(FaultKind.class);
        missing.putAll(skipped);
        missing.keySet().retainAll(wanted);
        return missing;
    }

    Injector injector(FaultKind kind) {
        Injector injector = injectors.get(kind);
        if (injector == null) {
            throw new IllegalArgumentException(kind.spelling() + " cannot be had: " + skipped.get(kind));
        }
        return injector;
    }
}
