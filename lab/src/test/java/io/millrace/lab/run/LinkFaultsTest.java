package io.millrace.lab.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.link.LinkMap;
import io.millrace.lab.run.FaultKit.Healing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinkFaultsTest {
    private static final List<String> PLACES = List.of("broker-1", "broker-2", "zk-1", LinkMap.ELSEWHERE);

    private final LinkMap links = new LinkMap();
    private final LinkFaults faults = new LinkFaults(links, List.of("broker-1", "broker-2"), List.of("zk-1"));

    @Test
    void eachFormStopsItsDirectionsAndNoOthers() throws Exception {
        assertThat(stopped(FaultKind.PARTITION, FaultForm.FROM_BROKERS)).containsExactlyInAnyOrder("1>2", "2>1");
        assertThat(stopped(FaultKind.PARTITION, FaultForm.FROM_ZOOKEEPER)).containsExactlyInAnyOrder("1>zk", "zk>1");
        assertThat(stopped(FaultKind.PARTITION, FaultForm.FROM_ALL))
                .containsExactlyInAnyOrder("1>2", "2>1", "1>zk", "zk>1", "1>else", "else>1");
        assertThat(stopped(FaultKind.ONE_WAY, FaultForm.TO_ALL)).containsExactlyInAnyOrder("1>2", "1>zk", "1>else");
        assertThat(stopped(FaultKind.ONE_WAY, FaultForm.BY_BROKERS)).containsExactly("2>1");
        assertThat(stopped(FaultKind.ONE_WAY, FaultForm.TO_ZOOKEEPER)).containsExactly("1>zk");
        assertThat(stopped(FaultKind.PARTITION, FaultForm.FROM_CLIENTS)).containsExactlyInAnyOrder("1>else", "else>1");
        assertThat(stopped(FaultKind.PARTITION, FaultForm.HALF_OPEN_FROM_CLIENTS))
                .containsExactlyInAnyOrder("1>else", "else>1");
        assertThat(stopped(FaultKind.ONE_WAY, FaultForm.TO_CLIENTS)).containsExactly("1>else");
        assertThat(stopped(FaultKind.ONE_WAY, FaultForm.BY_CLIENTS)).containsExactly("else>1");
    }

    private List<String> stopped(FaultKind kind, FaultForm form) throws IOException, InterruptedException {
        FaultStep step = new FaultStep(kind, 1, form, 0, 0);
        Healing healing = requireNonNull(faults.injectors().get(kind)).strike(step);
        List<String> stopped = stopped();
        healing.heal();
        assertThat(stopped()).isEmpty();
        return stopped;
    }

    private List<String> stopped() {
        List<String> stopped = new ArrayList<>();
        for (String source : PLACES) {
            for (String target : PLACES) {
                if (!source.equals(target) && links.from(source, target).isStalled()) {
                    stopped.add(brief(source) + ">" + brief(target));
                }
            }
        }
        return stopped;
    }

    private static String brief(String place) {
        return place.replace("broker-", "").replace("zk-1", "zk").replace("elsewhere", "else");
    }
}
