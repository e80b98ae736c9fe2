package io.millrace.cli.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How large a local cluster is and which ports it has: all of them follow from the base port. */
record Layout(int basePort, int brokers, int zookeepers) {
    private static final int INTERNAL = 100;
    private static final int ZOOKEEPER_CLIENT = 300;
    private static final int ZOOKEEPER_QUORUM = 400;
    private static final int ZOOKEEPER_ELECTION = 500;
    // A block of ports ends where the next one begins.
    private static final int MAX_MEMBERS = 100;
    private static final int HIGHEST_PORT = 65_535;
    static final String LOOPBACK = "127.0.0.1";

    Layout {
        if (brokers < 1 || brokers > MAX_MEMBERS) {
            throw new IllegalArgumentException("a local cluster has 1 to " + MAX_MEMBERS + " brokers, not " + brokers);
        }
        if (zookeepers < 1 || zookeepers > MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a local cluster has 1 to " + MAX_MEMBERS + " ZooKeeper servers, not " + zookeepers);
        }
        if (zookeepers % 2 == 0) {
            throw new IllegalArgumentException("the number of ZooKeeper servers has to be odd, not " + zookeepers
                    + ": a majority has to live, so " + zookeepers + " survive no more failures than "
                    + (zookeepers - 1) + "; take " + (zookeepers - 1) + " or " + (zookeepers + 1));
        }
        int highestBase = HIGHEST_PORT - ZOOKEEPER_ELECTION - MAX_MEMBERS;
        if (basePort < 1 || basePort > highestBase) {
            throw new IllegalArgumentException("the base port is 1 to " + highestBase + ", not " + basePort);
        }
    }

    /** ZooKeeper's servers first, each kind by number: the order in which they start. */
    List<Member> members() {
        List<Member> members = new ArrayList<>();
        IntStream.rangeClosed(1, zookeepers).mapToObj(Member::zooKeeper).forEach(members::add);
        IntStream.rangeClosed(1, brokers).mapToObj(Member::broker).forEach(members::add);
        return members;
    }

    boolean has(Member member) {
        return member.number() <= (member.isBroker() ? brokers : zookeepers);
    }

    /** Where clients of this member connect, as host:port. */
    String clientAddress(Member member) {
        return LOOPBACK + ":" + clientPort(member);
    }

    int clientPort(Member member) {
        return port(member.isBroker() ? 0 : ZOOKEEPER_CLIENT, member);
    }

    /** Where the other brokers reach this one. */
    int internalPort(Member broker) {
        return port(INTERNAL, broker);
    }

    /** Every port that a member listens on, by what it is for. */
    Map<String, Integer> ports(Member member) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put(member.name() + " client", clientPort(member));
        if (member.isBroker()) {
            ports.put(member.name() + " internal", internalPort(member));
        } else if (isEnsemble()) {
            ports.put(member.name() + " quorum", port(ZOOKEEPER_QUORUM, member));
            ports.put(member.name() + " election", port(ZOOKEEPER_ELECTION, member));
        }
        return ports;
    }

    boolean isEnsemble() {
        return zookeepers > 1;
    }

    /** What brokers connect to, as in {@code 127.0.0.1:7471,127.0.0.1:7472}. */
    String zookeeperConnect() {
        return zookeeperConnect(IntUnaryOperator.identity());
    }

    /** The same where brokers are told other ports: {@code told} says what stands for a port. */
    String zookeeperConnect(IntUnaryOperator told) {
        return addresses(Member.Kind.ZOOKEEPER, told);
    }

    /** What clients are given to find the cluster. */
    String bootstrap() {
        return bootstrap(IntUnaryOperator.identity());
    }

    /** The same where clients are told other ports than brokers listen on. */
    String bootstrap(IntUnaryOperator told) {
        return addresses(Member.Kind.BROKER, told);
    }

    /** The value of the bundled ZooKeeper's {@code --ensemble}. */
    String ensemble() {
        return membersOf(Member.Kind.ZOOKEEPER).stream()
                .map(member -> member.number() + "=" + LOOPBACK + ":" + port(ZOOKEEPER_QUORUM, member) + ":"
                        + port(ZOOKEEPER_ELECTION, member))
                .collect(Collectors.joining(","));
    }

    List<Member> membersOf(Member.Kind kind) {
        return members().stream().filter(member -> member.kind() == kind).toList();
    }

    private String addresses(Member.Kind kind, IntUnaryOperator told) {
        return membersOf(kind).stream()
                .map(member -> LOOPBACK + ":" + told.applyAsInt(clientPort(member)))
                .collect(Collectors.joining(","));
    }

    private int port(int block, Member member) {
        return basePort + block + member.number() - 1;
    }
}
