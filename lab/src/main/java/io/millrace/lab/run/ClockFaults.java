package io.millrace.lab.run;

import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brokers whose wall clock can be set by itself: a library that is loaded into them reads from a file how far it is off. */
public final class ClockFaults {
    private static final String RIGHT = "+0";
    private static final String AHEAD = "+3600";
    private static final String BEHIND = "-3600";
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"), Path.of("/usr/lib64"));
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private final Path library;
    private final Path folder;

    private ClockFaults(Path library, Path folder) {
        this.library = library;
        this.folder = folder;
    }

    /** Keeps its files in this directory. Empty where the library is not installed. */
    public static Optional<ClockFaults> in(Path folder) throws IOException {
        Optional<Path> library = library();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(folder);
        return Optional.of(new ClockFaults(library.get(), folder));
    }

    private static Optional<Path> library() throws IOException {
        for (Path place : PLACES) {
            if (Files.isRegularFile(place.resolve(LIBRARY))) {
                return Optional.of(place.resolve(LIBRARY));
            }
            if (!Files.isDirectory(place)) {
                continue;
            }
            // One level down, where systems keep what is for one processor.
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(place, "*-linux-gnu")) {
                for (Path below : folders) {
                    if (Files.isRegularFile(below.resolve(LIBRARY))) {
                        return Optional.of(below.resolve(LIBRARY));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What a broker needs in its environment for its clock to be set. */
    public Map<String, String> environment(int broker) throws IOException {
        set(broker, RIGHT);
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file(broker).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Its mend for waits of old C libraries turns each wait of a JVM into a loop that takes a whole
                // processor.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "FAKETIME_DONT_RESET", "1");
    }

    public Injector injector() {
        return this::step;
    }

    private Healing step(FaultStep step) throws IOException {
        set(step.victim(), step.form() == FaultForm.AHEAD ? AHEAD : BEHIND);
        return () -> set(step.victim(), RIGHT);
    }

    private void set(int broker, String offset) throws IOException {
        Path next = folder.resolve("clock-" + broker + ".next");
        Files.writeString(next, offset + "\n");
        Files.move(next, file(broker), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(int broker) {
        return folder.resolve("clock-" + broker);
    }
}
