package io.millrace.broker.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one key at a time from a tree of values and from the environment, which goes first. It remembers which keys were
 * asked for, so that the rest can be called unknown, and every problem, so that all can be told at once; where there is
 * one, the value returned only lets the reading go on.
 */
final class ConfigReader {

    private static final String PREFIX = "MILLRACE_";

    private final JsonNode root;
    private final SortedMap<String, String> environment;
    private final SortedSet<String> known = new TreeSet<>();
    private final SortedSet<String> knownVariables;
    private final List<String> problems = new ArrayList<>();

    /** @param otherVariables names with our prefix that mean something to somebody else */
    ConfigReader(JsonNode root, Map<String, String> environment, List<String> otherVariables) {
        this.root = root;
        this.environment = new TreeMap<>(environment);
        this.knownVariables = new TreeSet<>(otherVariables);
    }

    /** From {@code min} to {@code max}, both inclusive; {@code fallback} null where the key is required. */
    long number(String path, @Nullable Long fallback, long min, long max) {
        String allowed = "a whole number from " + min + " to " + max;
        Optional<Long> found = read(
                path,
                fallback == null,
                allowed,
                node -> wholeNumber(node, isOverridden(path)).filter(number -> number >= min && number <= max));
        return found.orElse(fallback == null ? min : fallback);
    }

    int integer(String path, @Nullable Integer fallback, int min, int max) {
        return (int) number(path, fallback == null ? null : fallback.longValue(), min, max);
    }

    /** What {@code parse} makes of a text, {@code placeholder} where there is none. */
    <T> T requiredText(String path, T placeholder, String allowed, Function<String, Optional<T>> parse) {
        return readText(path, true, allowed, parse).orElse(placeholder);
    }

    <T> Optional<T> text(String path, String allowed, Function<String, Optional<T>> parse) {
        return readText(path, false, allowed, parse);
    }

    /** Says that {@code path}, though well formed, cannot stay as it is. */
    void refuse(String path, Object value, String why) {
        problems.add(path + ": " + value + " is refused: " + why);
    }

    /** All that is wrong, unknown keys and variables included; to be asked when everything has been read. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        findUnknown("", root, all);
        for (String name : environment.keySet()) {
            if (name.startsWith(PREFIX) && !knownVariables.contains(name)) {
                all.add(name + ": no such setting in the environment; names are those of the keys, as in "
                        + variable("zookeeper.sessionTimeoutMs") + " for zookeeper.sessionTimeoutMs");
            }
        }
        return all;
    }

    /** Every key that was asked for. */
    SortedSet<String> keys() {
        return known;
    }

    private <T> Optional<T> readText(
            String path, boolean required, String allowed, Function<String, Optional<T>> parse) {
        return read(
                path, required, allowed, node -> node.isTextual() ? parse.apply(node.textValue()) : Optional.empty());
    }

    private <T> Optional<T> read(String path, boolean required, String allowed, Function<JsonNode, Optional<T>> parse) {
        known.add(path);
        knownVariables.add(variable(path));
        JsonNode node = find(path);
        if (node.isMissingNode()) {
            if (required) {
                problems.add(path + ": is required: " + allowed);
            }
            return Optional.empty();
        }
        Optional<T> value = parse.apply(node);
        if (value.isEmpty()) {
            String from = isOverridden(path) ? " (from " + variable(path) + ")" : "";
            problems.add(path + ": " + node + from + " is not allowed; allowed: " + allowed);
        }
        return value;
    }

    private JsonNode find(String path) {
        String overriding = environment.get(variable(path));
        return overriding != null ? TextNode.valueOf(overriding) : root.at("/" + path.replace('.', '/'));
    }

    private boolean isOverridden(String path) {
        return environment.containsKey(variable(path));
    }

    /** Only the environment may write a number as a text: it has nothing else. */
    private static Optional<Long> wholeNumber(JsonNode node, boolean isTextAllowed) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Optional.of(node.longValue());
        }
        if (!isTextAllowed) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(node.textValue()));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private void findUnknown(String path, JsonNode node, List<String> found) {
        if (known.contains(path)) {
            return;
        }
        boolean isGroup = path.isEmpty() || known.stream().anyMatch(key -> key.startsWith(path + "."));
        if (!isGroup) {
            found.add(path + ": no such key");
        } else if (node.isObject()) {
            node.properties().forEach(child -> findUnknownBelow(path, child.getKey(), child.getValue(), found));
        } else if (!node.isNull() && !node.isMissingNode()) {
            found.add((path.isEmpty() ? "the file" : path) + ": " + node + " is not allowed; allowed: keys below it");
        }
    }

    private void findUnknownBelow(String path, String key, JsonNode node, List<String> found) {
        if (key.contains(".")) {
            found.add(key + ": no such key: a dot stands for a level, not for itself");
        } else {
            findUnknown(path.isEmpty() ? key : path + "." + key, node, found);
        }
    }

    /** {@code listeners.client.bind} as {@code MILLRACE_LISTENERS_CLIENT_BIND}. */
    private static String variable(String path) {
        return PREFIX
                + path.replace('.', '_')
                        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .toUpperCase(Locale.ROOT);
    }
}
