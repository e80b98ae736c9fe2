package io.millrace.broker.controller;

import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a path names, where it is one of those that make up the cluster's image. */
final class TreePath {

    private static final String LIVE = "live-";

    private final List<String> names;

    private TreePath(List<String> names) {
        this.names = names;
    }

    static TreePath of(String path) {
        return new TreePath(List.of(path.substring(1).split("/", -1)));
    }

    /** Broker id of {@code /brokers/<id>} and what is below it. */
    OptionalInt broker() {
        return isBelow(Paths.BROKERS) ? number(names.get(1)) : OptionalInt.empty();
    }

    /** Whether this is {@code /brokers/<id>} itself or {@code /topics/<name>} itself. */
    boolean isEntry() {
        return names.size() == 2;
    }

    /** The brokerEpoch of {@code /brokers/<id>/live-<brokerEpoch>}. */
    OptionalLong liveEpoch() {
        if (names.size() != 3 || !names.get(2).startsWith(LIVE)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(names.get(2).substring(LIVE.length())));
        } catch (NumberFormatException notOurs) {
            return OptionalLong.empty();
        }
    }

    /** Name of the topic of {@code /topics/<name>} and what is below it; empty otherwise. */
    String topic() {
        return isBelow(Paths.TOPICS) ? names.get(1) : "";
    }

    /** Number of the chunk of {@code /topics/<name>/state/<chunk>}. */
    OptionalInt chunk() {
        return names.size() == 4 && names.get(2).equals("state") ? number(names.get(3)) : OptionalInt.empty();
    }

    private boolean isBelow(String parent) {
        return names.size() >= 2 && names.get(0).equals(parent.substring(1));
    }

    private static OptionalInt number(String name) {
        try {
            return OptionalInt.of(Integer.parseInt(name));
        } catch (NumberFormatException notOurs) {
            return OptionalInt.empty();
        }
    }
}
