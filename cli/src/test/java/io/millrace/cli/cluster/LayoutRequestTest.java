package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutRequestTest {
    private static final Layout RECORDED = new Layout(9171, 5, 3);
    private static final ClusterState STOPPED = ClusterState.of(RECORDED);
    private static final ClusterState RUNNING =
            STOPPED.with(Member.broker(1), RecordedProcess.of(ProcessHandle.current(), ""));

    @Test
    void whatNobodySaysIsTheDefault() {
        assertThat(new LayoutRequest(null, null, null).resolve(Optional.empty()))
                .isEqualTo(new Layout(7171, 3, 1));
        assertThat(new LayoutRequest(null, 5, null).resolve(Optional.empty())).isEqualTo(new Layout(7171, 5, 1));
    }

    @Test
    void whatIsRecordedComesBeforeTheDefault() {
        assertThat(new LayoutRequest(null, null, null).resolve(Optional.of(RUNNING)))
                .isEqualTo(RECORDED);
        assertThat(new LayoutRequest(9171, 5, 3).resolve(Optional.of(RUNNING))).isEqualTo(RECORDED);
    }

    @Test
    void aRunningClusterKeepsItsLayout() {
        assertThatThrownBy(() -> new LayoutRequest(7171, null, null).resolve(Optional.of(RUNNING)))
                .hasMessageContaining("5 broker(s) and 3 ZooKeeper server(s) from port 9171");
    }

    @Test
    void aStoppedClusterMayMoveAndGrow() {
        assertThat(new LayoutRequest(7171, 6, null).resolve(Optional.of(STOPPED)))
                .isEqualTo(new Layout(7171, 6, 3));
    }

    @Test
    void zooKeepersDataStaysWithItsServers() {
        assertThatThrownBy(() -> new LayoutRequest(null, null, 1).resolve(Optional.of(STOPPED)))
                .hasMessageContaining("3 server(s), not of 1");
    }
}
