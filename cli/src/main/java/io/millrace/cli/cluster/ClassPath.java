package io.millrace.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The jars that the cluster's processes run from: a copy of this command's own. A build in the checkout writes over its
 * jars, and a JVM that runs from a jar that changes under it fails at the next class it loads.
 *
 * @param directory of the copied jars
 * @param entries jars of the copy and, where this command runs from folders of classes, those folders as they are
 */
record ClassPath(Path directory, List<Path> entries) {

    ClassPath {
        entries = List.copyOf(entries);
    }

    /** As for {@code java -cp}. */
    String text() {
        return String.join(
                File.pathSeparator, entries.stream().map(Path::toString).toList());
    }

    /** Copies into a directory of its own below {@code parent}, named after what is in it; one that is there stays. */
    static ClassPath copyInto(Path parent, String classPath) throws IOException {
        List<Path> originals = Stream.of(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(Files::exists)
                .toList();
        Path directory = parent.resolve(fingerprint(originals));
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(parent);
            copyJars(originals, directory);
        }
        List<Path> entries = new ArrayList<>();
        for (int i = 0; i < originals.size(); i++) {
            entries.add(isJar(originals.get(i)) ? directory.resolve(copyName(i, originals)) : originals.get(i));
        }
        return new ClassPath(directory, entries);
    }

    /** Removes the copies that nobody runs from. */
    static void removeUnused(Path parent, Set<String> used) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (Stream<Path> copies = Files.list(parent)) {
            for (Path copy : copies.toList()) {
                if (!used.contains(copy.toString())) {
                    delete(copy);
                }
            }
        }
    }

    private static void copyJars(List<Path> originals, Path directory) throws IOException {
        Path unfinished = Files.createTempDirectory(directory.getParent(), "copying");
        for (int i = 0; i < originals.size(); i++) {
            if (isJar(originals.get(i))) {
                Files.copy(originals.get(i), unfinished.resolve(copyName(i, originals)));
            }
        }
        try {
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            delete(unfinished);
        }
    }

    // Jars of different projects may have one name; their place in the class path is their own.
    private static String copyName(int index, List<Path> originals) {
        return index + "-" + originals.get(index).getFileName();
    }

    private static boolean isJar(Path entry) {
        return Files.isRegularFile(entry);
    }

    private static String fingerprint(List<Path> originals) throws IOException {
        StringBuilder content = new StringBuilder();
        for (Path original : originals) {
            content.append(original)
                    .append(' ')
                    .append(Files.size(original))
                    .append(' ')
                    .append(Files.getLastModifiedTime(original).toMillis())
                    .append('\n');
        }
        return UUID.nameUUIDFromBytes(content.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
