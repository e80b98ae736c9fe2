package io.millrace.cli.zookeeper;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of an ensemble and where the others reach it; written {@code 1=host:2888:3888}. */
record EnsembleMember(int serverId, String host, int quorumPort, int electionPort) {
    // A host in brackets may hold colons: an IPv6 address.
    private static final Pattern SPELLING =
            Pattern.compile("(\\d{1,3})=(\\[[^\\]]+]|[^:\\[\\]]+):(\\d{1,5}):(\\d{1,5})");

    /** Throws IllegalArgumentException with a text for the user. */
    static EnsembleMember parse(String text) {
        Matcher parts = SPELLING.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not of the form ID=HOST:QUORUM_PORT:ELECTION_PORT, such as 1=zk-1:2888:3888");
        }
        return new EnsembleMember(
                inRange(parts.group(1), 255, text),
                parts.group(2),
                inRange(parts.group(3), 65_535, text),
                inRange(parts.group(4), 65_535, text));
    }

    /** The value of ZooKeeper's own {@code server.<id>} setting. */
    String address() {
        return host + ":" + quorumPort + ":" + electionPort;
    }

    private static int inRange(String digits, int max, String text) {
        int value = Integer.parseInt(digits);
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("'" + text + "': " + value + " is not between 1 and " + max);
        }
        return value;
    }
}
