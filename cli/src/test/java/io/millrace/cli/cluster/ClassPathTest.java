package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
    @TempDir
    Path folder;

    private Path copies = Path.of("");
    private Path jar = Path.of("");
    private Path namesake = Path.of("");
    private Path classes = Path.of("");

    @BeforeEach
    void someJars() throws IOException {
        copies = folder.resolve("copies");
        jar = Files.writeString(folder.resolve("a.jar"), "one");
        namesake =
                Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("a.jar"), "two");
        classes = Files.createDirectory(folder.resolve("classes"));
    }

    @Test
    void jarsAreCopiedInOrderAndFoldersStayWhereTheyAre() throws IOException {
        ClassPath copy = copy();

        assertThat(copy.entries()).hasSize(3).endsWith(classes);
        assertThat(copy.entries().get(0)).startsWith(copies).hasContent("one");
        assertThat(copy.entries().get(1)).startsWith(copies).hasContent("two");
    }

    @Test
    void aJarThatIsBuiltAnewLeavesTheOldCopyAlone() throws IOException {
        ClassPath old = copy();
        Files.writeString(jar, "changed");

        ClassPath next = copy();

        assertThat(old.entries().get(0)).hasContent("one");
        assertThat(next.entries().get(0)).hasContent("changed");
    }

    @Test
    void aJarThatChangesWithoutGrowingIsNoticed() throws IOException {
        ClassPath old = copy();
        Files.writeString(jar, "ONE");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));

        assertThat(copy().directory()).isNotEqualTo(old.directory());
    }

    @Test
    void theSameJarsAreCopiedOnce() throws IOException {
        assertThat(copy().directory()).isEqualTo(copy().directory());
        assertThat(copies).isDirectoryContaining("glob:**").satisfies(dir -> {
            try (var found = Files.list(dir)) {
                assertThat(found).hasSize(1);
            }
        });
    }

    @Test
    void onlyUnusedCopiesAreRemoved() throws IOException {
        ClassPath used = copy();
        Files.writeString(jar, "changed");
        ClassPath unused = copy();

        ClassPath.removeUnused(copies, Set.of(used.directory().toString()));

        assertThat(used.directory()).isNotEmptyDirectory();
        assertThat(unused.directory()).doesNotExist();
    }

    private ClassPath copy() throws IOException {
        return ClassPath.copyInto(copies, jar + File.pathSeparator + namesake + File.pathSeparator + classes);
    }
}
