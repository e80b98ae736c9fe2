package io.millrace.lab.run;

/** How a fault strikes, where there is more than one way. */
public enum FaultForm {
    PLAIN(""),
    /** Whoever is the controller at that moment. */
    CONTROLLER(""),
    FROM_ALL("from all others"),
    FROM_BROKERS("from the other brokers"),
    FROM_ZOOKEEPER("from ZooKeeper"),
    /** Cut off from all others, and at its own end all connections are reset: the others do not hear of that. */
    HALF_OPEN("from all others, its connections half open"),
    /** Servers still reach each other. */
    FROM_CLIENTS("from the clients"),
    HALF_OPEN_FROM_CLIENTS("from the clients, its connections half open"),
    /** What it sends is lost. */
    TO_ALL("does not reach anybody"),
    TO_BROKERS("does not reach the other brokers"),
    TO_ZOOKEEPER("does not reach ZooKeeper"),
    TO_CLIENTS("does not reach the clients"),
    /** What it is sent is lost. */
    BY_ALL("is not reached by anybody"),
    BY_BROKERS("is not reached by the other brokers"),
    BY_ZOOKEEPER("is not reached by ZooKeeper"),
    BY_CLIENTS("is not reached by the clients"),
    BOTH_WAYS("both ways"),
    OUTGOING("in what it sends"),
    INCOMING("in what it is sent"),
    /** Every broker at the same time. */
    EVERYBODY(""),
    AHEAD("an hour ahead"),
    BEHIND("an hour behind");

    private final String words;

    FaultForm(String words) {
        this.words = words;
    }

    /** What follows the victim's name; empty where nothing does. */
    String words() {
        return words;
    }
}
