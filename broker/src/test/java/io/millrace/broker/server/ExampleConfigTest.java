package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds {@code deploy/config/broker.yaml} to what the broker really reads. */
class ExampleConfigTest {

    private static final Path EXAMPLE = Path.of("..", "deploy", "config", "broker.yaml");
    private static final String COMMENTED_KEY = "^( *)# ([a-zA-Z]+: \\S+)( +# no default)?$";

    private final ConfigLoader loader = new ConfigLoader(Map.of(), 7, 512 << 20);

    @Test
    void theExampleLoadsAsItIs() throws Exception {
        assertThat(loader.load(EXAMPLE).broker().id()).isEqualTo(1);
    }

    @Test
    void itNamesEveryKeyAndNoOther() throws Exception {
        String yaml = uncommented(Files.readAllLines(EXAMPLE));

        assertThat(leaves("", new YAMLMapper().readTree(yaml))).isEqualTo(loader.keys());
    }

    @Test
    void theDefaultsThatItTellsAreTheRealOnes() throws Exception {
        List<String> withDefaults = Files.readAllLines(EXAMPLE).stream()
                .filter(line -> !line.contains("# no default"))
                .toList();

        assertThat(loader.parse(uncommented(withDefaults))).isEqualTo(loader.load(EXAMPLE));
    }

    private static String uncommented(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst(COMMENTED_KEY, "$1$2"))
                .collect(Collectors.joining("\n"));
    }

    private static SortedSet<String> leaves(String path, JsonNode node) {
        SortedSet<String> found = new TreeSet<>();
        if (!node.isObject()) {
            found.add(path);
        }
        node.properties()
                .forEach(child -> found.addAll(
                        leaves(path.isEmpty() ? child.getKey() : path + "." + child.getKey(), child.getValue())));
        return found;
    }
}
