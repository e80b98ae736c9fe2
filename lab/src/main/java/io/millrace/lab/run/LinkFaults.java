package io.millrace.lab.run;

import io.millrace.lab.link.Direction;
import io.millrace.lab.link.LinkMap;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Faults of the network between brokers, coordination service and clients. */
public final class LinkFaults {
    /** What this can cause. */
    public static final List<FaultKind> KINDS = List.of(FaultKind.PARTITION, FaultKind.ONE_WAY, FaultKind.SLOW_LINK);

    private static final long SLOW_MS = 100;
    private static final Set<FaultForm> THERE = EnumSet.of(
            FaultForm.TO_ALL, FaultForm.TO_BROKERS, FaultForm.TO_ZOOKEEPER, FaultForm.TO_CLIENTS, FaultForm.OUTGOING);
    private static final Set<FaultForm> BACK = EnumSet.of(
            FaultForm.BY_ALL, FaultForm.BY_BROKERS, FaultForm.BY_ZOOKEEPER, FaultForm.BY_CLIENTS, FaultForm.INCOMING);
    private static final Set<FaultForm> OF_BROKERS =
            EnumSet.of(FaultForm.FROM_BROKERS, FaultForm.TO_BROKERS, FaultForm.BY_BROKERS);
    private static final Set<FaultForm> OF_ZOOKEEPER =
            EnumSet.of(FaultForm.FROM_ZOOKEEPER, FaultForm.TO_ZOOKEEPER, FaultForm.BY_ZOOKEEPER);

    private static final Set<FaultForm> OF_CLIENTS = EnumSet.of(
            FaultForm.FROM_CLIENTS, FaultForm.HALF_OPEN_FROM_CLIENTS, FaultForm.TO_CLIENTS, FaultForm.BY_CLIENTS);
    private static final Set<FaultForm> HALF_OPEN = EnumSet.of(FaultForm.HALF_OPEN, FaultForm.HALF_OPEN_FROM_CLIENTS);

    private final LinkMap links;
    private final List<String> brokers;
    private final List<String> zookeepers;

    /** For servers whose own links go through {@code links}. */
    public LinkFaults(LinkMap links, List<String> brokers, List<String> zookeepers) {
        this.links = links;
        this.brokers = List.copyOf(brokers);
        this.zookeepers = List.copyOf(zookeepers);
    }

    /** Where only clients go through {@code links}. */
    public static LinkFaults ofClients(LinkMap links) {
        return new LinkFaults(links, List.of(), List.of());
    }

    /** One for each of {@link #KINDS}. */
    public Map<FaultKind, Injector> injectors() {
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.put(FaultKind.PARTITION, this::cut);
        injectors.put(FaultKind.ONE_WAY, step -> change(directions(step), Direction::stall));
        injectors.put(FaultKind.SLOW_LINK, step -> change(directions(step), direction -> direction.delay(SLOW_MS)));
        return injectors;
    }

    private Healing cut(FaultStep step) throws IOException {
        Healing healing = change(directions(step), Direction::stall);
        if (HALF_OPEN.contains(step.form())) {
            links.forget(step.place());
        }
        return healing;
    }

    private static Healing change(List<Direction> directions, Consumer<Direction> change) {
        directions.forEach(change);
        return () -> directions.forEach(Direction::flow);
    }

    private List<Direction> directions(FaultStep step) {
        List<Direction> directions = new ArrayList<>();
        for (String other : others(step)) {
            if (!BACK.contains(step.form())) {
                directions.add(links.from(step.place(), other));
            }
            if (!THERE.contains(step.form())) {
                directions.add(links.from(other, step.place()));
            }
        }
        return directions;
    }

    private List<String> others(FaultStep step) {
        List<String> others = new ArrayList<>();
        if (OF_CLIENTS.contains(step.form())) {
            return List.of(LinkMap.ELSEWHERE);
        }
        if (!OF_ZOOKEEPER.contains(step.form())) {
            brokers.stream().filter(broker -> !broker.equals(step.place())).forEach(others::add);
        }
        if (!OF_BROKERS.contains(step.form())) {
            others.addAll(zookeepers);
        }
        if (!OF_BROKERS.contains(step.form()) && !OF_ZOOKEEPER.contains(step.form())) {
            others.add(LinkMap.ELSEWHERE);
        }
        return others;
    }
}
