package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the sources of all modules have to keep to and compiled classes do not show. */
class TidyTest {

    /** Tests run in the module's own folder. */
    private static final Path PROJECT = Path.of("").toAbsolutePath().resolveSibling("");

    private static final String CORE = "broker/src/main/java/io/millrace/broker/core/";
    private static final Pattern INVARIANT = Pattern.compile("INV-[A-Z]+-\\d+");
    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w+Test)(?:\\.(\\w+))?`");
    /** Written in two parts, or this file would be found. */
    private static final Pattern OPEN_END = Pattern.compile("(TO" + "DO|FIX" + "ME)(?!\\(#\\d+\\))");

    private static final Pattern WAITS_BLINDLY = Pattern.compile("\\.sl" + "eep\\(");

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        List<String> bare = new ArrayList<>();
        for (Path folder : foldersWithSources()) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info)
                    || !text(info).contains("@NullMarked")
                    || !text(info).contains("/**")) {
                bare.add(PROJECT.relativize(folder).toString());
            }
        }

        assertThat(bare).isEmpty();
    }

    @Test
    void coreHasNoLocks() {
        assertThat(linesOf(path -> path.startsWith(CORE), Pattern.compile("^(?!\\s*(\\*|//)).*\\bsynchronized\\b")))
                .isEmpty();
    }

    @Test
    void testsWaitForConditionsAndNotForTime() {
        assertThat(linesOf(path -> path.contains("/src/test/"), WAITS_BLINDLY)).isEmpty();
    }

    @Test
    void whatIsLeftOpenNamesAnIssue() {
        assertThat(linesOf(path -> true, OPEN_END)).isEmpty();
    }

    @Test
    void everyInvariantThatIsCheckedIsWrittenDownAndTheOtherWayRound() {
        TreeSet<String> inCode = new TreeSet<>();
        sources().stream()
                .filter(source -> source.toString().contains("/src/main/"))
                .forEach(source -> inCode.addAll(invariants(text(source))));

        assertThat(inCode).isEqualTo(invariants(text(PROJECT.resolve("docs/INVARIANTS.md"))));
    }

    @Test
    void everyTestThatTheTableOfBadInputNamesIsThere() {
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED_TEST.matcher(text(PROJECT.resolve("docs/bad-input.md")));
        int count = 0;
        while (named.find()) {
            count++;
            if (!isThere(named.group(1), named.group(2))) {
                missing.add(named.group());
            }
        }

        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(50);
    }

    /** @param method null where the class alone is named */
    private static boolean isThere(String testClass, @Nullable String method) {
        return sources().stream()
                .filter(source -> source.endsWith(testClass + ".java")
                        && source.toString().contains("/src/test/"))
                .anyMatch(source -> method == null || text(source).contains(" void " + method + "("));
    }

    private static SortedSet<String> invariants(String text) {
        TreeSet<String> ids = new TreeSet<>();
        Matcher matcher = INVARIANT.matcher(text);
        while (matcher.find()) {
            ids.add(matcher.group());
        }
        return ids;
    }

    private static List<String> linesOf(Predicate<String> where, Pattern what) {
        List<String> found = new ArrayList<>();
        for (Path source : sources()) {
            String path = PROJECT.relativize(source).toString();
            if (where.test(path)) {
                int number = 0;
                for (String line : text(source).lines().toList()) {
                    number++;
                    if (what.matcher(line).find()) {
                        found.add(path + ":" + number + ": " + line.strip());
                    }
                }
            }
        }
        return found;
    }

    private static SortedSet<Path> foldersWithSources() {
        TreeSet<Path> folders = new TreeSet<>();
        for (Path source : sources()) {
            Path folder = source.getParent();
            if (folder != null && folder.toString().contains("/src/main/")) {
                folders.add(folder);
            }
        }
        return folders;
    }

    /** Hand-written Java of every module, in the order of its path. */
    private static List<Path> sources() {
        try (Stream<Path> modules = Files.list(PROJECT)) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(TidyTest::javaFiles)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
