package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void aDirectoryWithoutAStateFileHoldsNoCluster() throws IOException {
        assertThat(new ClusterDirectory(folder.resolve("absent")).load()).isEmpty();
    }

    @Test
    void whatIsSavedIsLoaded() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(folder);
        ClusterState state = ClusterState.of(new Layout(9171, 5, 3))
                .with(Member.broker(4), new RecordedProcess(12, 34, "/jars"))
                .with(Member.zooKeeper(1), new RecordedProcess(56, 78, ""));

        directory.save(state);

        assertThat(directory.load()).contains(state);
    }

    @Test
    void aLaterStateReplacesAnEarlierOne() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(folder);
        ClusterState state = ClusterState.of(new Layout(9171, 5, 3));
        directory.save(state.with(Member.broker(4), new RecordedProcess(12, 34, "")));
        directory.save(state);

        assertThat(directory.load()).contains(state);
    }

    @Test
    void aDamagedStateFileIsNamedAndNotTakenForNone() throws IOException {
        Files.writeString(folder.resolve("cluster.json"), "{\"formatVersion\":1,\"cluster\":{\"lay");

        assertThatThrownBy(() -> new ClusterDirectory(folder).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cluster.json is damaged");
    }

    @Test
    void aStateFileWithoutWhatIsNeededIsDamaged() throws IOException {
        Files.writeString(folder.resolve("cluster.json"), "{\"formatVersion\":1,\"cluster\":{\"processes\":{}}}");

        assertThatThrownBy(() -> new ClusterDirectory(folder).load()).hasMessageContaining("cluster.json is damaged");
    }

    @Test
    void aStateFileOfAnotherFormatIsRefused() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(folder);
        directory.save(ClusterState.of(new Layout(9171, 5, 3)));
        Path file = folder.resolve("cluster.json");
        Files.writeString(file, Files.readString(file).replaceFirst("(formatVersion\\D+)1", "$12"));

        assertThatThrownBy(directory::load).hasMessageContaining("is of format 2, not 1");
    }
}
