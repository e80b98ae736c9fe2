package io.millrace.cli.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether members are ready for clients. Keeps its connections until it is closed. */
final class Readiness implements AutoCloseable {
    private final Layout layout;
    private final Set<Integer> expectedBrokers;
    private final Map<Member, BrokerProbe> probes = new HashMap<>();

    /** A broker is ready only when it sees all the expected ones. */
    Readiness(Layout layout, List<Member> expectedBrokers) {
        this.layout = layout;
        this.expectedBrokers = expectedBrokers.stream().map(Member::number).collect(Collectors.toSet());
    }

    /** Empty when it is. Takes at most some seconds. */
    Optional<String> whyNot(Member member) {
        return member.isBroker()
                ? probes.computeIfAbsent(member, broker -> new BrokerProbe(layout.clientAddress(broker)))
                        .whyNotReady(expectedBrokers)
                : ZooKeeperProbe.whyNotReady(layout.clientPort(member));
    }

    @Override
    public void close() {
        probes.values().forEach(BrokerProbe::close);
    }
}
