package io.millrace.lab.link;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All directions between places, each of which is named as in {@code broker-1}. Safe for threads. */
public final class LinkMap {
    /** Whoever is not one of the places. */
    public static final String ELSEWHERE = "elsewhere";

    private final Map<String, Direction> directions = new ConcurrentHashMap<>();

    /** What one place sends to another. */
    public Direction from(String source, String target) {
        return directions.computeIfAbsent(source + " > " + target, name -> new Direction());
    }
}
