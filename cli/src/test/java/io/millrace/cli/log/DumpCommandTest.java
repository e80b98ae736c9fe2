package io.millrace.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Main;
import io.millrace.cli.shell.Console;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpCommandTest {
    private static final String TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAA";

    @TempDir
    Path dataDir;

    private Path segment = Path.of("");
    private String printed = "";

    @BeforeEach
    void aLogOfTwoBatches() throws IOException {
        Path directory = Files.createDirectory(dataDir.resolve(TOPIC_ID + "-2"));
        segment = directory.resolve("00000000000000000000.log");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(batch(0, "one\n", "two\n"));
        bytes.writeBytes(batch(2, "three"));
        Files.write(segment, bytes.toByteArray());
    }

    @Test
    void batchesAreListedWithTheirOffsets() {
        assertThat(dump()).isZero();
        assertThat(printed).contains("offsets 0..1 epoch 4 records 2").contains("offsets 2..2 epoch 4 records 1");
    }

    @Test
    void recordsAreShownByteForByte() {
        assertThat(dump("--records")).isZero();
        assertThat(printed)
                .contains("offset 1 ")
                .contains("key null value \"two\\n\"")
                .contains("value \"three\"");
    }

    @Test
    void equalLogsHaveEqualDigestsAndOthersDoNot() throws IOException {
        dump("--digest");
        String first = printed;
        dump("--digest");
        assertThat(printed)
                .isEqualTo(first)
                .contains("offsets 0..3 records 3 batches 2")
                .hasLineCount(1);

        Files.write(segment, batch(0, "one\n", "two\n"));
        dump("--digest");
        assertThat(printed).contains("offsets 0..2").isNotEqualTo(first);
    }

    @Test
    void aDamagedLogIsShownUpToTheDefectAndFails() throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment, bytes);

        assertThat(dump()).isEqualTo(1);
        assertThat(printed).contains("offsets 0..1 ").contains("crc WRONG").contains("DAMAGED at");
    }

    @Test
    void jsonHasOneObjectOnALine() {
        assertThat(dump("-o", "json", "--records")).isZero();
        assertThat(printed.lines()).hasSize(4).allMatch(line -> line.startsWith("{\"kind\":"));
        assertThat(printed).contains("\"valueBase64\":\"dHdvCg==\"").doesNotContain("keyBase64");
    }

    @Test
    void onlyTheChosenPartitionIsShown() {
        assertThat(dump("--partition", "2", "--topic-id", TOPIC_ID)).isZero();
        assertThat(dump("--partition", "1")).isEqualTo(1);
        assertThat(printed).contains("no such log").contains(TOPIC_ID + "-2");
    }

    private int dump(String... more) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        List<String> line = new ArrayList<>(List.of("log", "dump", "--data-dir", dataDir.toString()));
        line.addAll(List.of(more));
        int exitCode =
                Main.run(new Console(InputStream.nullInputStream(), stream, stream), line.toArray(String[]::new));
        printed = bytes.toString(StandardCharsets.UTF_8);
        return exitCode;
    }

    private static byte[] batch(long baseOffset, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        for (String value : values) {
            builder.append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)), List.of());
        }
        ByteBuffer bytes = builder.build();
        RecordBatch.wrap(bytes).stamp(baseOffset, 4);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }
}
