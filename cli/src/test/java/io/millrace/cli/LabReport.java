package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.Set;

/** What `lab run -o json` has written of a run in which everything held. */
record LabReport(JsonNode json) {

    static LabReport of(CommandRun.Result run) throws JsonProcessingException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        LabReport report = new LabReport(new ObjectMapper().readTree(run.text()));
        assertThat(report.get("violations")).isEmpty();
        return report;
    }

    JsonNode get(String field) {
        return json.get(field);
    }

    /** The kinds of faults that were planted. */
    Set<String> struck() {
        Set<String> struck = new HashSet<>();
        get("faults").forEach(fault -> struck.add(fault.get("fault").asText()));
        return struck;
    }
}
