package io.millrace.lab.link;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All directions between places, each of which is named as in {@code broker-1}, and who is connected. Safe for threads. */
public final class LinkMap {
    /** Whoever is not one of the places. */
    public static final String ELSEWHERE = "elsewhere";

    private final Map<String, Direction> directions = new ConcurrentHashMap<>();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    /** What one place sends to another. */
    public Direction from(String source, String target) {
        return directions.computeIfAbsent(source + " > " + target, name -> new Direction());
    }

    /**
     * Resets all connections of a place at its own end, as where its host has lost its memory of them. The other ends hear of
     * it as soon as what it sends flows.
     */
    public void forget(String place) throws IOException {
        for (Link link : links) {
            if (link.isOf(place)) {
                link.forget(place);
            }
        }
    }

    void add(Link link) {
        links.add(link);
    }

    void remove(Link link) {
        links.remove(link);
    }

    /** Ends all connections to a place. */
    void end(String place) throws IOException {
        for (Link link : links) {
            if (link.isTo(place)) {
                link.end();
            }
        }
    }

    /** How many connections there are. */
    int open() {
        return links.size();
    }
}
