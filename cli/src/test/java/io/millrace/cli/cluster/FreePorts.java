package io.millrace.cli.cluster;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds room for a whole layout. Each JVM of tests has a range of its own; all begin above those of the tests of {@code
 * coordinator-client}, and end below the ports that systems give to whoever asks for any, so that no other test is given
 * one before it is used.
 */
final class FreePorts {
    private static final int ATTEMPTS = 100;
    private static final int LOWEST = 16_000;
    private static final int OF_ONE_JVM = 5_000;
    /** Those of a build are 1 and 2; 0 is one that somebody has started by hand. */
    private static final int JVMS = 3;
    /** From the base of a layout to above its highest port. */
    private static final int OF_ONE_LAYOUT = 600;

    private static final int FIRST = LOWEST + Integer.getInteger("test.jvm.number", 0) % JVMS * OF_ONE_JVM;

    private FreePorts() {}

    /** A layout of this size whose ports are all free now. */
    static Layout layout(int brokers, int zookeepers) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = FIRST + ThreadLocalRandom.current().nextInt(OF_ONE_JVM - OF_ONE_LAYOUT);
            Layout layout = new Layout(base, brokers, zookeepers);
            Map<String, Integer> ports = new LinkedHashMap<>();
            layout.members().forEach(member -> ports.putAll(layout.ports(member)));
            if (Ports.taken(ports).isEmpty()) {
                return layout;
            }
        }
        throw new IOException("no room for " + brokers + " brokers and " + zookeepers + " ZooKeeper servers");
    }
}
