package io.millrace.cli.group;

import io.millrace.proto.v1.ErrorReason;
import java.nio.file.Path;
import java.util.Map;

/** What helps where a reset was refused: not the same for each thing that it may be asked to set. */
final class ResetCures {
    private static final String TOPICS =
            "`millrace topic list` shows the topics that there are, `millrace topic describe NAME` a topic's partitions.";
    private static final String STILL_COMMITTING = "Stop whoever commits for the group, and try again.";

    private ResetCures() {}

    static Map<ErrorReason, String> ofUndo(String group) {
        return Map.of(
                ErrorReason.ERROR_REASON_CONFLICT,
                "An undo would take that back too. `millrace offsets get " + group
                        + "` shows where the group is; choose a place for it, as with --to-offsets FILE.",
                ErrorReason.ERROR_REASON_INVALID_REQUEST,
                "Name a group that was reset, or choose a place, as with --to-earliest.");
    }

    static Map<ErrorReason, String> ofPlace(String group) {
        return Map.of(
                ErrorReason.ERROR_REASON_CONFLICT,
                STILL_COMMITTING,
                ErrorReason.ERROR_REASON_UNKNOWN_TOPIC,
                TOPICS,
                ErrorReason.ERROR_REASON_INVALID_REQUEST,
                "`millrace offsets get " + group
                        + "` shows what it has offsets of; name others with --topic, each of them once.");
    }

    static Map<ErrorReason, String> ofFile(Path file) {
        return Map.of(
                ErrorReason.ERROR_REASON_CONFLICT,
                STILL_COMMITTING,
                ErrorReason.ERROR_REASON_UNKNOWN_TOPIC,
                "Take it out of " + file + ". " + TOPICS,
                ErrorReason.ERROR_REASON_TOPIC_ID_CHANGED,
                "The offsets in " + file + " are those of an earlier topic of that name, and mean nothing in this one:"
                        + " take them out, or choose another place, as with --to-earliest.",
                ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE,
                "Change it in " + file + ", or choose another place, as with --to-latest.");
    }
}
