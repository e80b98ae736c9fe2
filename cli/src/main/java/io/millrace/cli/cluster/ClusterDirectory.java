package io.millrace.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The directory of one local cluster: its state file, its lock, and where each member's things are. */
final class ClusterDirectory {
    // What is asked of a state is no part of it.
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    private static final int FORMAT_VERSION = 1;

    private final Path root;

    /** What is done under the lock. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** What the state file holds. */
    private record StateFile(int formatVersion, ClusterState cluster) {}

    ClusterDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    Path dataDir(Member member) {
        Path home = root.resolve(member.name());
        return member.isBroker() ? home.resolve("data") : home;
    }

    Path brokerConfig(Member broker) {
        return root.resolve(broker.name()).resolve("broker.yaml");
    }

    Path log(Member member) {
        return root.resolve("logs").resolve(member.name() + ".log");
    }

    Path classPaths() {
        return root.resolve("lib");
    }

    /** Runs while no other command works on this directory; waits for one that does. */
    <T> T whileLocked(Work<T> work) throws IOException, InterruptedException {
        Files.createDirectories(root);
        try (FileChannel channel =
                FileChannel.open(root.resolve("cluster.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return work.run();
        }
    }

    /** Empty where no cluster was ever started here. */
    Optional<ClusterState> load() throws IOException {
        if (!Files.exists(stateFile())) {
            return Optional.empty();
        }
        try {
            StateFile file = MAPPER.readValue(Files.readString(stateFile()), StateFile.class);
            if (file.formatVersion() != FORMAT_VERSION) {
                throw new IOException(stateFile() + " is of format " + file.formatVersion() + ", not " + FORMAT_VERSION
                        + ": another version of millrace wrote it");
            }
            return Optional.of(file.cluster());
        } catch (JsonProcessingException e) {
            throw new IOException(stateFile() + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /** Replaces the file as a whole: whoever reads it meanwhile, or after a crash, sees the old or the new one. */
    void save(ClusterState state) throws IOException {
        Path next = root.resolve("cluster.json.next");
        Files.writeString(
                next, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(new StateFile(FORMAT_VERSION, state)));
        Files.move(next, stateFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path stateFile() {
        return root.resolve("cluster.json");
    }
}
