package io.millrace.cli.group;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.proto.v1.ResetOffset;
import io.millrace.proto.v1.ResetToOffsets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Offsets as {@code millrace offsets get} prints them: an array of objects with a topic, its id, a partition and an
 * offset.
 */
final class OffsetsFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private OffsetsFile() {}

    static ResetToOffsets read(Path file) throws IOException {
        JsonNode array;
        try {
            array = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw wrong(file, "no JSON: " + e.getOriginalMessage());
        }
        if (!array.isArray() || array.isEmpty()) {
            throw wrong(file, "no array with at least one offset");
        }
        ResetToOffsets.Builder offsets = ResetToOffsets.newBuilder();
        for (JsonNode one : array) {
            offsets.addOffsets(offset(file, one));
        }
        return offsets.build();
    }

    private static ResetOffset offset(Path file, JsonNode one) {
        JsonNode topic = one.path("topic");
        // Written by hand there may be none.
        JsonNode topicId = one.path("topicId");
        JsonNode partition = one.path("partition");
        JsonNode offset = one.path("offset");
        // Only what is written without a fraction: Jackson would cut it off.
        boolean isWhole = partition.isInt() && (offset.isInt() || offset.isLong());
        boolean isNamed = topic.isTextual() && (topicId.isMissingNode() || topicId.isTextual());
        if (!isNamed || !isWhole) {
            throw wrong(file, "not a topic, a partition and an offset: " + one);
        }
        return ResetOffset.newBuilder()
                .setTopic(topic.textValue())
                .setTopicId(topicId.asText(""))
                .setPartition(partition.intValue())
                .setOffset(offset.longValue())
                .build();
    }

    private static CommandFailure wrong(Path file, String what) {
        return CommandFailure.usage(
                file + ": " + what, "It is to look like what `millrace offsets get GROUP -o json` prints.");
    }
}
