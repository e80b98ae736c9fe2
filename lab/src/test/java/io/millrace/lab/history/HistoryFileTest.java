package io.millrace.lab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.history.plant.SampleHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
