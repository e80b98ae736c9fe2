package io.millrace.cli.group;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetToEarliest;
import io.millrace.proto.v1.ResetToLatest;
import io.millrace.proto.v1.ResetUndo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a reset sets a group to; one of them. */
final class ResetTarget {
    @Option(names = "--to-earliest", required = true, description = "To the oldest record that is kept.")
    private boolean isToEarliest;

    @Option(names = "--to-latest", required = true, description = "To the end: what comes from now on.")
    private boolean isToLatest;

    @Option(
            names = "--to-time",
            required = true,
            paramLabel = "TIME",
            converter = TimeText.class,
            description =
                    "To the first record with this timestamp or a later one, else to the end. As in 2026-11-23T12:00:00Z"
                            + " or 2026-11-23T13:00:00+01:00.")
    private @Nullable Instant time;

    @Option(
            names = "--shift-by",
            required = true,
            paramLabel = "N",
            description = "So many records forward, or back where negative; never beyond what there is.")
    private @Nullable Long shift;

    @Option(
            names = "--to-offsets",
            required = true,
            paramLabel = "FILE",
            description =
                    "To what `millrace offsets get GROUP -o json` has printed: topic, topicId, partition and offset count."
                            + " Without a topicId the topic that has the name now is meant.")
    private @Nullable Path file;

    @Option(
            names = "--undo",
            required = true,
            description = "To what was there before the last reset. Topics that were deleted since are left out.")
    private boolean isUndo;

    static final class TimeText implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no time such as 2026-11-23T12:00:00Z or 2026-11-23T13:00:00+01:00");
            }
        }
    }

    /** What helps against a refusal of this target. */
    Map<ErrorReason, String> cures(String group) {
        if (isUndo) {
            return ResetCures.ofUndo(group);
        }
        return file == null ? ResetCures.ofPlace(group) : ResetCures.ofFile(file);
    }

    void addTo(ResetOffsetsRequest.Builder request, List<PartitionChoice> partitions) throws IOException {
        if ((file != null || isUndo) && !partitions.isEmpty()) {
            throw CommandFailure.usage(
                    "--topic does not go with --to-offsets or --undo", "These name their partitions themselves.");
        }
        partitions.forEach(choice -> request.addPartitions(choice.message()));
        if (isToEarliest) {
            request.setEarliest(ResetToEarliest.getDefaultInstance());
        } else if (isToLatest) {
            request.setLatest(ResetToLatest.getDefaultInstance());
        } else if (time != null) {
            request.getTimeBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano());
        } else if (shift != null) {
            request.setShift(shift);
        } else if (file != null) {
            request.setOffsets(OffsetsFile.read(file));
        } else {
            request.setUndo(ResetUndo.getDefaultInstance());
        }
    }
}
