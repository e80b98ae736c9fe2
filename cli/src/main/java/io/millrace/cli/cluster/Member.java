package io.millrace.cli.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of the cluster: its kind and its number, which counts from 1. */
record Member(Kind kind, int number) {
    private static final Pattern SPELLING = Pattern.compile("(?:(broker|zk)-)?(\\d{1,3})");

    enum Kind {
        ZOOKEEPER("zk"),
        BROKER("broker");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    Member {
        if (number < 1) {
            throw new IllegalArgumentException("members count from 1: " + number);
        }
    }

    static Member broker(int number) {
        return new Member(Kind.BROKER, number);
    }

    static Member zooKeeper(int number) {
        return new Member(Kind.ZOOKEEPER, number);
    }

    /** {@code 1} and {@code broker-1} are a broker, {@code zk-1} is a ZooKeeper server. */
    static Member parse(String text) {
        Matcher parts = SPELLING.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is neither a broker's id, such as 1, nor zk-1");
        }
        int number = Integer.parseInt(parts.group(2));
        return "zk".equals(parts.group(1)) ? zooKeeper(number) : broker(number);
    }

    boolean isBroker() {
        return kind == Kind.BROKER;
    }

    /** As in {@code broker-1}: in tables, in the state file, and as the name of its directory and log. */
    String name() {
        return kind.prefix + "-" + number;
    }
}
