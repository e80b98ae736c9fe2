package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No rule without somebody who misses it. That a test which names a rule fails without it is for that test to show, and
 * all of them do: they play their scenario with it and without it.
 */
class SafeguardsTest {
    private static final Path ROOT = Path.of("..");

    private static final String TESTS = Stream.of("broker", "lab")
            .map(module -> ROOT.resolve(module).resolve("src/test/java"))
            .flatMap(SafeguardsTest::sources)
            .map(SafeguardsTest::text)
            .collect(Collectors.joining());

    @ParameterizedTest
    @EnumSource(Safeguard.class)
    void eachRuleIsSwitchedOffInATestAndStandsInTheTable(Safeguard rule) {
        // A replay names the constant; the swarm takes it by its name.
        assertThat(TESTS).containsPattern("Safeguard\\." + rule + "\\b|\"" + rule + "\"");
        assertThat(text(ROOT.resolve("docs/INVARIANTS.md"))).contains("`" + rule + "`");
    }

    /** Each scenario of the catalogue is played, tested otherwise, or left out for a reason. */
    @Test
    void eachScenarioStandsInTheTable() {
        String table = text(ROOT.resolve("docs/INVARIANTS.md"));

        List<String> missing = Stream.concat(ids("R", 51), ids("D", 12))
                .filter(id -> !table.contains("\n| " + id + " |"))
                .toList();

        assertThat(missing).isEmpty();
    }

    private static Stream<String> ids(String letter, int last) {
        return Stream.iterate(1, number -> number <= last, number -> number + 1).map(number -> letter + number);
    }

    private static Stream<Path> sources(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException io) {
            throw new UncheckedIOException(io);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException io) {
            throw new UncheckedIOException(io);
        }
    }
}
