package io.millrace.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunMarkTest {
    @TempDir
    Path folder;

    @Test
    void aRunThatDiedIsFoundUntilItsDirectoryIsGone() throws IOException {
        Path root = Files.createDirectory(folder.resolve(RunMark.PREFIX + "1"));
        Files.createFile(root.resolve("run.lock"));
        assertThat(RunMark.dead(folder)).containsExactly(root);
        assertThat(RunMark.removal(root)).contains("umount -q " + root, "rm -r " + root);
    }

    @Test
    void whatADeadRunHadElsewhereIsRemovedWithItAfterItsDisksStandStillNoMore() throws IOException {
        Path root = Files.createDirectory(folder.resolve("named"));
        Path history = folder.resolve("run.jsonl");
        try (RunMark mark = RunMark.in(root)) {
            mark.note(history);
            assertThat(RunMark.removal(root))
                    .startsWith("for d in " + root)
                    .endsWith("; rm -r " + root + " " + history);
        }
    }

    @Test
    void aRunThatHasTidiedUpHasLeftNothing() throws IOException {
        Path root = Files.createDirectory(folder.resolve(RunMark.PREFIX + "2"));
        try (RunMark mark = RunMark.in(root)) {
            assertThat(mark).isNotNull();
            assertThat(RunMark.dead(folder)).isEmpty();
        }
        assertThat(RunMark.dead(folder)).isEmpty();
        assertThat(root).isEmptyDirectory();
    }
}
