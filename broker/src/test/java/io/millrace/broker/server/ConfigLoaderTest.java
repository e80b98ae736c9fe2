package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.Durability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

    private static final String REQUIRED = """
            broker: {id: 3, dataDir: /data}
            zookeeper: {connect: 'zk1:2181,zk2:2181'}
            """;

    @Test
    void whatIsRequiredIsEnough() throws Exception {
        BrokerConfig config = load(REQUIRED, Map.of());

        assertThat(config.broker().id()).isEqualTo(3);
        assertThat(config.broker().dataDir()).isEqualTo(Path.of("/data"));
        assertThat(config.zookeeper().connect()).isEqualTo("zk1:2181,zk2:2181");
        assertThat(config.topicDefaults().durability()).isEqualTo(Durability.FSYNC);
        assertThat(config.threads().partitionLoops()).isEqualTo(7);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        String yaml = """
                broker: {id: 1000001, rack: 12, colour: red}
                zookeeper: {connect: 'zk:2181', sessionTimeoutMs: soon}
                listeners: {client: {bind: nowhere}}
                """;

        assertThatThrownBy(() -> load(yaml, Map.of("MILLRACE_COLOUR", "red")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "broker.id: 1000001 is not allowed; allowed: a whole number from 0 to 1000000",
                        "broker.dataDir: is required",
                        "broker.rack: 12 is not allowed",
                        "broker.colour: no such key",
                        "zookeeper.sessionTimeoutMs: \"soon\" is not allowed",
                        "listeners.client.bind: \"nowhere\" is not allowed; allowed: host:port",
                        "MILLRACE_COLOUR: no such setting");
    }

    @Test
    void anEmptyFileMissesWhatIsRequired() {
        assertThatThrownBy(() -> load("", Map.of()))
                .hasMessageContainingAll("broker.id: is required", "broker.dataDir", "zookeeper.connect");
    }

    @Test
    void theEnvironmentGoesBeforeTheFile() throws Exception {
        BrokerConfig config = load(
                REQUIRED,
                Map.of(
                        "MILLRACE_BROKER_ID", "8",
                        "MILLRACE_ZOOKEEPER_SESSION_TIMEOUT_MS", "9000",
                        "MILLRACE_LISTENERS_CLIENT_BIND", "[::1]:0",
                        "MILLRACE_TOPIC_DEFAULTS_DURABILITY", "replicated",
                        "MILLRACE_BOOTSTRAP", "somebody else's",
                        "HOME", "/root"));

        assertThat(config.broker().id()).isEqualTo(8);
        assertThat(config.zookeeper().sessionTimeoutMs()).isEqualTo(9000);
        assertThat(config.listeners().client().bind()).isEqualTo(new Endpoint("::1", 0));
        assertThat(config.topicDefaults().durability()).isEqualTo(Durability.REPLICATED);
    }

    @Test
    void aBadValueInTheEnvironmentIsToldWithItsName() {
        assertThatThrownBy(() -> load(REQUIRED, Map.of("MILLRACE_BROKER_ID", "eight")))
                .hasMessageContaining("broker.id: \"eight\" (from MILLRACE_BROKER_ID) is not allowed");
    }

    @Test
    void aNumberInQuotesIsTheWrongTypeInTheFile() {
        assertThatThrownBy(() -> load(REQUIRED.replace("id: 3", "id: '3'"), Map.of("X", "3")))
                .hasMessageContaining("broker.id: \"3\" is not allowed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listeners: {client: {bind: '0.0.0.0:7171'}}                    | listeners.client.bind: 0.0.0.0:7171
            listeners: {client: {bind: '[::]:7171'}}                       | listeners.client.bind: [::]:7171
            listeners: {internal: {bind: 'a:1', advertised: '0.0.0.0:1'}}  | listeners.internal.advertised: 0.0.0.0:1
            listeners: {client: {bind: 'a:1'}, internal: {bind: 'a:1'}}    | listeners.internal.bind: a:1
            topicDefaults: {maxBatchBytes: 2097152, segmentBytes: 1048576} | topicDefaults.maxBatchBytes: 2097152
            limits: {maxMessageBytes: 1048576}                             | limits.maxFetchBytes: 4194304
            broker.id: 4                                                   | broker.id: no such key
            threads: 4                                                     | threads: 4 is not allowed
            """)
    void contradictionsAndWrongShapesAreRefused(String yaml, String problem) {
        assertThatThrownBy(() -> load(REQUIRED + yaml, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aConnectionMayNotTakeLongerThanASession() {
        String yaml = REQUIRED.replace("{connect", "{sessionTimeoutMs: 2000, connect");

        assertThatThrownBy(() -> load(yaml, Map.of())).hasMessageContaining("zookeeper.connectionTimeoutMs: 5000");
    }

    @Test
    void aWildcardIsFineWhereAnotherAddressIsAdvertised() throws Exception {
        String yaml = REQUIRED + "listeners: {client: {bind: '0.0.0.0:0', advertised: 'host.example:0'}}";

        assertThat(load(yaml, Map.of()).listeners().client().advertisedAt(4711)).hasToString("host.example:4711");
    }

    @Test
    void anAdvertisedPortIsKeptWhateverIsBound() throws Exception {
        String yaml = REQUIRED + "listeners: {client: {bind: 'a:1', advertised: 'b:2'}}";

        assertThat(load(yaml, Map.of()).listeners().client().advertisedAt(1)).hasToString("b:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a:", ":1", "a:65536", "a:-1", "0:1", "1.2:1", "::1:1", "[a]:1", "a b:1", "a:1\n"})
    void whatIsNoEndpointIsRefused(String text) {
        assertThat(Endpoint.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:0", "127.0.0.1:7171", "broker-1.example.org:65535", "[::1]:80", "4ever.example:1"})
    void anEndpointIsWrittenAsItWasRead(String text) {
        assertThat(Endpoint.parse(text).orElseThrow()).hasToString(text);
    }

    @Test
    void aKeyThatIsSetTwiceIsRefused() {
        assertThatThrownBy(() -> load("broker: {id: 3, id: 4, dataDir: /data}", Map.of()))
                .hasMessageContainingAll("not YAML", "id");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("broker.yaml");
        Files.write(file, "broker: {rack: \u00e4}".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> new ConfigLoader(Map.of(), 7, 512 << 20).load(file))
                .hasMessageContaining("cannot be read");
    }

    private static BrokerConfig load(String yaml, Map<String, String> environment) throws ConfigException {
        return new ConfigLoader(environment, 7, 512 << 20).parse(yaml);
    }
}
