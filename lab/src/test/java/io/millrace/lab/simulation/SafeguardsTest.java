package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No rule without somebody who misses it: each is switched off by a test that states the harm. What is looked for in the
 * sources is one of the shapes in which that is written here, and not the mere name; that the harm comes is for those
 * tests to show, and they fail where it does not.
 */
class SafeguardsTest {
    private static final Path ROOT = Path.of("..");

    private static final List<String> TESTS = Stream.of("broker", "lab")
            .map(module -> ROOT.resolve(module).resolve("src/test/java"))
            .flatMap(SafeguardsTest::sources)
            .map(SafeguardsTest::text)
            .toList();

    /** A scene, which {@code Replay} plays with the rule and without. */
    private static final String SCENE = "Replay\\.play\\(\\s*Safeguard\\.%s\\b";

    /** A line in a table of replays, in a class that runs each with its rule and without. */
    private static final String LINE = "replay\\(\\s*\"[^\"]*\",\\s*Safeguard\\.%s,";

    private static final String PLAYED_WITHOUT = "void failsWithoutItsRule\\([^}]*Safeguards\\.without\\(rule\\)";

    /** The swarm takes it by its name. */
    private static final String SWARM = "names = \\{[^}]*\"%s\"";

    private static final String SWITCHED_OFF = "Safeguards\\.without\\(\\s*Safeguard\\.%s\\b";

    @ParameterizedTest
    @EnumSource(Safeguard.class)
    void eachRuleIsMissedByATestAndStandsInTheTable(Safeguard rule) {
        assertThat(TESTS).as("a test that plays without %s", rule).anyMatch(source -> isMissed(source, rule));
        assertThat(text(ROOT.resolve("docs/INVARIANTS.md"))).contains("`" + rule + "`");
    }

    private static boolean isMissed(String source, Safeguard rule) {
        return source.contains(rule.name())
                && (has(source, SCENE, rule)
                        || has(source, SWARM, rule)
                        || (has(source, LINE, rule) && has(source, PLAYED_WITHOUT, rule))
                        || (source.contains("Safeguards.ALL")
                                && tests(source).anyMatch(test -> statesTheHarm(test, rule))));
    }

    private static boolean statesTheHarm(String test, Safeguard rule) {
        return has(test, SWITCHED_OFF, rule) && test.contains("assertThat");
    }

    private static Stream<String> tests(String source) {
        return Stream.of(source.split("(?=@Test\\b|@ParameterizedTest\\b)")).skip(1);
    }

    private static boolean has(String source, String shape, Safeguard rule) {
        return Pattern.compile(shape.formatted(rule)).matcher(source).find();
    }

    /** A table that names tests which are gone proves nothing. */
    @Test
    void eachTestThatTheTableNamesIsThere() {
        String sources = Stream.of("broker", "lab", "client", "coordinator-client")
                .map(module -> ROOT.resolve(module).resolve("src/test/java"))
                .flatMap(SafeguardsTest::sources)
                .map(file -> "\nfile " + file.getFileName() + text(file))
                .collect(Collectors.joining());

        List<String> missing = Pattern.compile("`(\\w+(?:Test|Contract))\\.(\\w+)…?`")
                .matcher(text(ROOT.resolve("docs/INVARIANTS.md")))
                .results()
                .filter(named -> !Pattern.compile("(?s)file " + named.group(1) + "\\.java(?:(?!\nfile ).)*? void "
                                + named.group(2))
                        .matcher(sources)
                        .find())
                .map(MatchResult::group)
                .toList();

        assertThat(missing).isEmpty();
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
