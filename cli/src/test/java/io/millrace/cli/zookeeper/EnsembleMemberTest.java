package io.millrace.cli.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnsembleMemberTest {
    @Test
    void aMemberIsReadWithItsPorts() {
        assertThat(EnsembleMember.parse("3=zk-3.example:2888:3888"))
                .isEqualTo(new EnsembleMember(3, "zk-3.example", 2888, 3888));
        assertThat(EnsembleMember.parse("1=[::1]:2888:3888").host()).isEqualTo("[::1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zk-1:2888:3888", "1=zk-1:2888", "0=zk:1:2", "256=zk:1:2", "1=zk:0:2", "1=zk:1:65536"})
    void whatZooKeeperCouldNotUseIsRefused(String text) {
        assertThatThrownBy(() -> EnsembleMember.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void membersBecomeZooKeepersOwnServerSettings() {
        List<EnsembleMember> members = List.of(EnsembleMember.parse("1=a:10:11"), EnsembleMember.parse("2=b:20:21"));
        ZooKeeperSettings settings = new ZooKeeperSettings(Path.of("data"), "127.0.0.1", 2181, 500, 2, members);

        assertThat(settings.toProperties())
                .containsEntry("server.1", "a:10:11")
                .containsEntry("server.2", "b:20:21")
                .containsEntry("clientPortAddress", "127.0.0.1");
    }
}
