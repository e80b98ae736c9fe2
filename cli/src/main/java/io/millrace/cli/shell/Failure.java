package io.millrace.cli.shell;

import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ErrorReason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What a failed command says on stderr and exits with: {@code error:} what happened, then the cure on its own line. */
public record Failure(int exitCode, String cause, String cure) {

    /** Null for what no user can cause, such as a bug: its stack trace is worth more than a guess. */
    public static @Nullable Failure of(Throwable thrown) {
        if (thrown instanceof CommandFailure failure) {
            return new Failure(failure.exitCode(), message(failure), failure.cure());
        }
        if (thrown instanceof MillraceException failure) {
            return new Failure(exitCode(failure), message(failure), cure(failure));
        }
        if (thrown instanceof NoSuchFileException failure) {
            return new Failure(ExitCodes.FAILED, "no such file: " + failure.getFile(), "Check the path.");
        }
        if (thrown instanceof AccessDeniedException failure) {
            return new Failure(
                    ExitCodes.FAILED, "no permission: " + failure.getFile(), "Check the file's owner and mode.");
        }
        return thrown instanceof IOException failure ? new Failure(ExitCodes.FAILED, message(failure), "") : null;
    }

    public void print(PrintStream err) {
        err.println("error: " + cause);
        if (!cure.isEmpty()) {
            err.println(cure);
        }
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }

    private static int exitCode(MillraceException failure) {
        return switch (failure.kind()) {
            case REFUSED -> ExitCodes.REFUSED;
            case UNREACHABLE, TIMED_OUT -> ExitCodes.UNREACHABLE;
            case CANCELLED, PROTOCOL -> ExitCodes.FAILED;
        };
    }

    private static String cure(MillraceException failure) {
        return switch (failure.kind()) {
            case REFUSED -> ReasonCure.of(failure.reason());
            case UNREACHABLE ->
                "Start a cluster with `millrace cluster up`, or name a running one with --bootstrap HOST:PORT"
                        + " or MILLRACE_BOOTSTRAP.";
            case TIMED_OUT ->
                "The address answers no call in time: see `millrace cluster status`, or give more time with --timeout.";
            case PROTOCOL -> "Is the address a Millrace broker's client port, and of this version?";
            case CANCELLED -> "";
        };
    }

    /** What helps against each refusal. Apart from the failure itself, so that a new reason breaks the build here. */
    private static final class ReasonCure {
        static String of(ErrorReason reason) {
            return switch (reason) {
                case ERROR_REASON_INVALID_REQUEST -> "Change what the message names, and try again.";
                case ERROR_REASON_BAD_RECORD -> "Encode the batch again; if it was encoded by millrace, this is a bug.";
                case ERROR_REASON_RECORD_TOO_LARGE ->
                    "Send smaller records, or create a topic with a larger --max-batch-bytes.";
                case ERROR_REASON_UNSUPPORTED_COMPRESSION -> "Use a codec that the broker knows.";
                case ERROR_REASON_UNKNOWN_TOPIC ->
                    "See `millrace topic list`, or create it with `millrace topic create NAME`.";
                case ERROR_REASON_TOPIC_ID_CHANGED -> "The topic was created anew: start again.";
                case ERROR_REASON_TOPIC_EXISTS ->
                    "Choose another name, or delete it with `millrace topic delete NAME`.";
                case ERROR_REASON_NOT_LEADER,
                        ERROR_REASON_LEADER_NOT_AVAILABLE,
                        ERROR_REASON_FENCED_LEADER_EPOCH,
                        ERROR_REASON_UNKNOWN_LEADER_EPOCH ->
                    "A leader is being elected or has just changed: try again. `millrace topic describe NAME`"
                            + " shows who leads.";
                case ERROR_REASON_CONFLICT -> "Something else changed it meanwhile: look at it, and try again.";
                case ERROR_REASON_NOT_ENOUGH_REPLICAS ->
                    "Start the brokers that are down (`millrace cluster status`), or write with --acks leader.";
                case ERROR_REASON_COMMIT_TIMEOUT ->
                    "The records are in the leader's log and may yet be committed: read them back before sending again.";
                case ERROR_REASON_OUT_OF_ORDER_SEQUENCE, ERROR_REASON_UNKNOWN_PRODUCER_ID ->
                    "The partition lacks records of this producer, or has forgotten it: read back what it holds, and"
                            + " start again as a new producer.";
                case ERROR_REASON_FENCED_PRODUCER_EPOCH ->
                    "Another process has taken this producer's place; stop one of them.";
                case ERROR_REASON_DUPLICATE_SEQUENCE -> "The records are stored; they need not be sent again.";
                case ERROR_REASON_UNKNOWN_MEMBER, ERROR_REASON_ILLEGAL_GENERATION, ERROR_REASON_NOT_PARTITION_OWNER ->
                    "The group gave the partition to another member: go on with what this one has now.";
                case ERROR_REASON_INSTANCE_ID_IN_USE ->
                    "Stop the other process, or give this one an instance id of its own.";
                case ERROR_REASON_GROUP_NOT_EMPTY -> "Stop the group's members first.";
                case ERROR_REASON_NOT_GROUP_COORDINATOR -> "Another broker is taking the group over: try again.";
                case ERROR_REASON_UNKNOWN_GROUP -> "`millrace group list` shows the groups that there are.";
                case ERROR_REASON_OFFSET_OUT_OF_RANGE ->
                    "Start from an offset inside the range, or with --from-beginning; set a group's with"
                            + " `millrace group reset-offsets`.";
                case ERROR_REASON_CONTROLLER_NOT_AVAILABLE ->
                    "A controller is being elected: try again. If it lasts, see `millrace cluster status`.";
                case ERROR_REASON_COORDINATOR_NOT_AVAILABLE ->
                    "ZooKeeper does not answer the brokers: see `millrace cluster status`.";
                case ERROR_REASON_NOT_ENOUGH_BROKERS ->
                    "Lower --replication-factor, or start more brokers (`millrace cluster status`).";
                case ERROR_REASON_ELECTION_NOT_NEEDED ->
                    "Nothing is to be done where there is a leader. Else start the brokers that the message names; one whose"
                            + " disk is lost for good starts under its old id on an empty directory, and is no longer"
                            + " waited for.";
                case ERROR_REASON_NO_LIVE_REPLICA ->
                    "Start a broker that has a replica: `millrace topic describe NAME` shows REPLICAS. Where their logs are"
                            + " all gone, delete the topic and create it again.";
                case ERROR_REASON_STORAGE_FULL -> "Free disk space on the leader: delete topics or enlarge the disk.";
                case ERROR_REASON_STORAGE_FAILED -> "See the broker's log for the disk error, and replace the disk.";
                case ERROR_REASON_BROKER_NOT_READY -> "The broker is starting or stopping: try again.";
                case ERROR_REASON_LIMIT_EXCEEDED -> "Stay below the limit that the message names.";
                case ERROR_REASON_FORWARDING_FAILED ->
                    "Whether it was carried out is not known: look before you try again.";
                case ERROR_REASON_INTERNAL -> "This is a fault of the broker; its log has the rest.";
                case ERROR_REASON_UNSPECIFIED, UNRECOGNIZED -> "The broker is newer than this command: update it.";
            };
        }
    }
}
