package io.millrace.lab.link;

import java.io.IOException;

/** Tells who opened a connection. */
@FunctionalInterface
public interface Peers {

    /**
     * The name of the place that a connection comes from, or {@link LinkMap#ELSEWHERE}.
     *
     * @param port at that end, on loopback
     */
    String at(int port) throws IOException;
}
