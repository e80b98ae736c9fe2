package io.millrace.lab.run;

import io.millrace.lab.link.Direction;
import io.millrace.lab.link.LinkMap;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Faults of the network between brokers, coordination service and clients. */
public final class LinkFaults {
    private static final long SLOW_MS = 100;

    private final LinkMap links;
    private final List<String> brokers;
    private final List<String> zookeepers;

    /** What is cut off from a broker, by the step's variant. */
    private enum Side {
        ALL,
        BROKERS,
        COORDINATION
    }

    public LinkFaults(LinkMap links, List<String> brokers, List<String> zookeepers) {
        this.links = links;
        this.brokers = List.copyOf(brokers);
        this.zookeepers = List.copyOf(zookeepers);
    }

    public Map<FaultKind, Injector> injectors() {
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.put(FaultKind.PARTITION, step -> change(both(step), Direction::stall));
        injectors.put(FaultKind.ONE_WAY, step -> change(oneWay(step), Direction::stall));
        injectors.put(FaultKind.SLOW_LINK, step -> change(both(step), direction -> direction.delay(SLOW_MS)));
        return injectors;
    }

    private static Healing change(List<Direction> directions, Consumer<Direction> change) {
        directions.forEach(change);
        return () -> directions.forEach(Direction::flow);
    }

    private List<Direction> both(FaultStep step) {
        List<Direction> directions = new ArrayList<>();
        for (String other : others(step)) {
            directions.add(links.from(step.target(), other));
            directions.add(links.from(other, step.target()));
        }
        return directions;
    }

    /** What it sends, or what it is sent. */
    private List<Direction> oneWay(FaultStep step) {
        boolean isMute = step.variant() / Side.values().length % 2 == 0;
        return others(step).stream()
                .map(other -> isMute ? links.from(step.target(), other) : links.from(other, step.target()))
                .toList();
    }

    private List<String> others(FaultStep step) {
        List<String> others = new ArrayList<>();
        Side side = Side.values()[step.variant() % Side.values().length];
        if (side != Side.COORDINATION) {
            brokers.stream().filter(broker -> !broker.equals(step.target())).forEach(others::add);
        }
        if (side != Side.BROKERS) {
            others.addAll(zookeepers);
        }
        if (side == Side.ALL) {
            others.add(LinkMap.ELSEWHERE);
        }
        return others;
    }
}
