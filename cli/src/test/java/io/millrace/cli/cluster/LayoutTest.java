package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final Layout DEFAULT = new Layout(7171, 3, 1);

    @Test
    void portsFollowFromTheBase() {
        assertThat(DEFAULT.ports(Member.broker(1)))
                .containsEntry("broker-1 client", 7171)
                .containsEntry("broker-1 internal", 7271);
        assertThat(DEFAULT.ports(Member.broker(3)))
                .containsEntry("broker-3 client", 7173)
                .containsEntry("broker-3 internal", 7273);
        assertThat(new Layout(9000, 3, 3).ports(Member.zooKeeper(2)))
                .containsEntry("zk-2 client", 9301)
                .containsEntry("zk-2 quorum", 9401)
                .containsEntry("zk-2 election", 9501);
    }

    @Test
    void aSingleZooKeeperHasNobodyToElectALeaderWith() {
        assertThat(DEFAULT.ports(Member.zooKeeper(1))).containsOnlyKeys("zk-1 client");
    }

    @Test
    void noTwoPortsOfTheLargestClusterAreTheSame() {
        Layout largest = new Layout(7171, 100, 99);
        List<Integer> ports = new ArrayList<>();
        largest.members().forEach(member -> ports.addAll(largest.ports(member).values()));

        assertThat(ports).hasSize(2 * 100 + 3 * 99).doesNotHaveDuplicates();
    }

    @Test
    void whatClientsAndBrokersConnectToNamesAllOfAKind() {
        Layout layout = new Layout(8000, 2, 3);

        assertThat(layout.bootstrap()).isEqualTo("127.0.0.1:8000,127.0.0.1:8001");
        assertThat(layout.zookeeperConnect()).isEqualTo("127.0.0.1:8300,127.0.0.1:8301,127.0.0.1:8302");
        assertThat(layout.ensemble()).isEqualTo("1=127.0.0.1:8400:8500,2=127.0.0.1:8401:8501,3=127.0.0.1:8402:8502");
    }

    @Test
    void aLayoutThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Layout(7171, 0, 1)).hasMessageContaining("brokers, not 0");
        assertThatThrownBy(() -> new Layout(7171, 101, 1)).hasMessageContaining("brokers, not 101");
        assertThatThrownBy(() -> new Layout(7171, 3, 0)).hasMessageContaining("ZooKeeper servers, not 0");
        assertThatThrownBy(() -> new Layout(65_000, 3, 1)).hasMessageContaining("base port");
    }

    @Test
    void membersAreReadAsTheyAreWritten() {
        assertThat(Member.parse("2")).isEqualTo(Member.broker(2));
        for (Member member : DEFAULT.members()) {
            assertThat(Member.parse(member.name())).isEqualTo(member);
        }
        assertThatThrownBy(() -> Member.parse("zk")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Member.parse("0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Member.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyMembersWithinTheSizeBelong() {
        assertThat(DEFAULT.has(Member.broker(3))).isTrue();
        assertThat(DEFAULT.has(Member.broker(4))).isFalse();
        assertThat(DEFAULT.has(Member.zooKeeper(2))).isFalse();
    }

    @Test
    void anEvenNumberOfZooKeepersIsRefusedWithTheReason() {
        assertThatThrownBy(() -> new Layout(7171, 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has to be odd, not 2")
                .hasMessageContaining("take 1 or 3");
    }
}
