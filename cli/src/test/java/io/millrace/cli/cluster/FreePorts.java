package io.millrace.cli.cluster;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Finds room for a whole layout. */
final class FreePorts {
    private static final int ATTEMPTS = 100;
    // Below the ports that systems give to whoever asks for any, so that no other test is given one before it is used.
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;

    private FreePorts() {}

    /** A layout of this size whose ports are all free now. */
    static Layout layout(int brokers, int zookeepers) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
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
