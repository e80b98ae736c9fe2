package io.millrace.lab.run;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Whom the faults of a plan may strike, and in which ways. Immutable. */
public final class FaultScope {
    private final List<Integer> brokers;
    private final List<Integer> zookeepers;
    private final Function<FaultKind, List<FaultForm>> forms;

    private FaultScope(List<Integer> brokers, List<Integer> zookeepers, Function<FaultKind, List<FaultForm>> forms) {
        this.brokers = List.copyOf(brokers);
        this.zookeepers = List.copyOf(zookeepers);
        this.forms = forms;
    }

    /** All that there is, of servers that are the run's own: so many of each, numbered from 1. */
    public static FaultScope ofServers(int brokers, int zookeepers) {
        return new FaultScope(upTo(brokers), upTo(zookeepers), FaultKind::forms);
    }

    private static List<Integer> upTo(int count) {
        return IntStream.rangeClosed(1, count).boxed().toList();
    }

    /** Only what lies between clients and brokers with these ids, one or more. */
    public static FaultScope ofClients(List<Integer> brokers) {
        return new FaultScope(brokers, List.of(), FaultKind::formsOfClients);
    }

    /** Never empty for a kind that can be had. */
    List<FaultForm> forms(FaultKind kind) {
        return forms.apply(kind);
    }

    List<Integer> victims(FaultKind kind) {
        return kind.isOfZooKeeper() ? zookeepers : brokers;
    }
}
