package io.millrace.lab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.history.check.HistoryReport;
import io.millrace.lab.history.plant.SampleHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {

    private static final Partition PARTITION = new Partition("main", 0);

    @TempDir
    Path directory;

    private static List<HistoryEvent> read(Path... files) throws IOException {
        List<HistoryEvent> events = new ArrayList<>();
        HistoryReader.read(List.of(files), (event, place) -> events.add(event));
        return events;
    }

    @Test
    void whatIsRecordedIsReadBackInItsOrder() throws IOException {
        Path file = directory.resolve("run.jsonl");
        try (HistoryRecorder recorder = new HistoryRecorder(file)) {
            SampleHistory.events().forEach(recorder::add);
        }

        assertThat(read(file)).isEqualTo(SampleHistory.events());
        assertThat(Files.readAllLines(file)).hasSameSizeAs(SampleHistory.events());
    }

    @Test
    void aLineLooksAsItIsDocumented() throws IOException {
        Path file = directory.resolve("run.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.add(new ClientEvent.Produce(new Stamp("p-1", 1_000, 5), 7, PARTITION, 42, 3, true));
        }

        assertThat(file)
                .hasContent("{\"t\":\"produce\",\"at\":[\"p-1\",1000,5],\"op\":7,\"tp\":[\"main\",0],"
                        + "\"value\":42,\"count\":3,\"ordered\":true}\n");
    }

    @Test
    void aTornLastLineIsLeftOut() throws IOException {
        Path file = directory.resolve("run.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.add(new BrokerEvent.TopicGone(new Stamp("b", 1, 1), "main"));
        }
        Files.writeString(file, Files.readString(file) + "{\"t\":\"produce\",\"at\":[\"p");

        assertThat(read(file)).hasSize(1);
    }

    @Test
    void aLineThatIsNoEventIsNamed() throws IOException {
        Path file = directory.resolve("run.jsonl");
        Files.writeString(file, "{\"t\":\"topic-gone\",\"at\":[\"b\",1,1],\"topic\":\"main\"}\n{\"t\":\"what\"}\n");

        assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class).hasMessageContaining("run.jsonl:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":\"produce\",\"at\":null,\"op\":null}",
                "{\"t\":\"produce\",\"at\":[\"p-1\",1,2]}",
                "{\"t\":\"topic-gone\",\"at\":[\"b\",1],\"topic\":\"main\"}",
                "{\"t\":\"topic-gone\",\"at\":[\"b\",1,null],\"topic\":\"main\"}",
                "{\"t\":\"topic-gone\",\"at\":[\"b\",1,1],\"topic\":null}",
                "{\"t\":\"revoke\",\"at\":[\"b\",1,1],\"group\":\"g\",\"member\":\"m\",\"partitions\":[null]}",
                "{\"t\":\"produce\",\"at\":[\"p\",1,1],\"op\":1,\"tp\":[\"t\",0],\"value\":0,\"count\":2000000000,\"ordered\":true}",
                "{\"t\":\"produce\",\"at\":[\"p\",1,1],\"op\":1,\"tp\":[\"t\",0],\"value\":0,\"count\":0,\"ordered\":true}",
                "{\"t\":\"produce\",\"at\":[\"p\",1,1],\"op\":1,\"tp\":[\"t\",0],\"value\":9223372036854775807,\"count\":2,"
                        + "\"ordered\":true}",
                "{\"t\":\"produce.ok\",\"at\":[\"p\",1,1],\"op\":1,\"offset\":-1,\"leaderEpoch\":1,\"committed\":true}",
                "{\"t\":\"fetch.ok\",\"at\":[\"c\",1,1],\"askedNs\":1,\"tp\":[\"t\",0],\"position\":0,\"hw\":-1,\"leaderEpoch\":-1,"
                        + "\"records\":[[9223372036854775807,9223372036854775807,2147483647]]}",
                "null",
                "42",
                "[]",
                "what is this"
            })
    void aLineThatTellsOfNothingPossibleIsNoEvent(String line) throws IOException {
        Path file = directory.resolve("run.jsonl");
        String event = "{\"t\":\"topic-gone\",\"at\":[\"b\",1,1],\"topic\":\"main\"}\n";
        Files.writeString(file, event + line + "\n" + event);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ":2: not an event: ")
                .hasMessageNotContainingAny("REDACTED", "DeserializationFeature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"what is this\n", "\0\0\0\1\0\0\0\2", "\u007fELF\2\1\1\n", "[]\n"})
    void aFileOfAnotherKindIsNamed(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("run.jsonl"), content);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ":1: not an event: ")
                .hasMessageNotContaining("REDACTED");
    }

    @Test
    void aFolderIsNamed() {
        assertThatThrownBy(() -> read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void aRunLongerThanAnEventMayTellOfIsToldInTwo() {
        Runs runs = new Runs();
        for (int i = 0; i <= 1_000_000; i++) {
            runs.add(i, i);
        }

        assertThat(runs.list()).containsExactly(new Run(0, 0, 1_000_000), new Run(1_000_000, 1_000_000, 1));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theWidthOfAGapCostsNothing() {
        HistoryReport report = HistoryCheck.check(List.of(fetched(1, 0), fetched(2, Long.MAX_VALUE / 2)));

        assertThat(report.events()).isEqualTo(2);
    }

    private static HistoryEvent fetched(long nowNs, long position) {
        return new ClientEvent.Fetched(new Stamp("c-1", 1, nowNs), nowNs, PARTITION, position, -1, -1, List.of());
    }

    @Test
    void severalFilesArePutTogetherByTheirTime() throws IOException {
        Path one = directory.resolve("one.jsonl");
        Path other = directory.resolve("other.jsonl");
        try (HistoryWriter writer = new HistoryWriter(one)) {
            writer.add(new BrokerEvent.TopicGone(new Stamp("b", 1, 1), "first"));
            writer.add(new BrokerEvent.TopicGone(new Stamp("b", 1, 3), "third"));
        }
        try (HistoryWriter writer = new HistoryWriter(other)) {
            writer.add(new BrokerEvent.TopicGone(new Stamp("b", 1, 2), "second"));
        }

        assertThat(read(one, other))
                .extracting(event -> ((BrokerEvent.TopicGone) event).topic())
                .containsExactly("first", "second", "third");
    }
}
