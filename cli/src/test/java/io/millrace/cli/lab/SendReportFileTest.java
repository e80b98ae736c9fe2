package io.millrace.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.roundtrip.KillReport;
import io.millrace.lab.roundtrip.SendReport;
import io.millrace.lab.roundtrip.SentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendReportFileTest {
    @TempDir
    Path folder;

    @Test
    void theVerifierReadsWhatTheSenderWrote() throws IOException {
        SendReport report = new SendReport(
                "trip",
                List.of(new SentFile("a b.log", 0, 3, 12, 3, 2), new SentFile("ü", 1, 0, 0, 0, 0)),
                new KillReport(2, 3, 100, 7, 90, 412, 3_000));
        Path file = folder.resolve("sent.json");

        SendReportFile.write(file, report);

        assertThat(SendReportFile.read(file)).isEqualTo(report);
    }

    @Test
    void anotherFileIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "{\"lines\": 3}");

        assertThatThrownBy(() -> SendReportFile.read(file)).hasMessageContaining("other.json is no report");
    }
}
