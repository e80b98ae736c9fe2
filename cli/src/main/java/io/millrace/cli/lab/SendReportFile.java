package io.millrace.cli.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.lab.roundtrip.SendReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A send report as JSON: how the sending process tells the verifying one what it did. */
final class SendReportFile {
    // What is asked of a report is no part of it.
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().disable(MapperFeature.AUTO_DETECT_IS_GETTERS).build();

    private SendReportFile() {}

    static String toJson(SendReport report) throws IOException {
        return MAPPER.writeValueAsString(report);
    }

    static void write(Path file, SendReport report) throws IOException {
        Files.writeString(file, toJson(report) + "\n");
    }

    static SendReport read(Path file) throws IOException {
        try {
            return MAPPER.readValue(Files.readString(file), SendReport.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no report of `millrace lab send`: " + e.getOriginalMessage(), e);
        }
    }
}
