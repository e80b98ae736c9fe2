package io.millrace.cli.consume;

import io.millrace.cli.shell.AssignorName;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.DurationText;
import io.millrace.client.Consumer;
import io.millrace.client.GroupConfig;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.RebalanceListener;
import io.millrace.client.StartPosition;
import io.millrace.proto.v1.ErrorReason;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code consume} takes part in a group; only together with {@code --group}. */
final class GroupOptions {
    @Option(
            names = "--group",
            required = true,
            paramLabel = "G",
            description =
                    "Read as a member of this group: a share of the partitions, from where the group has committed, or"
                            + " from the oldest record where it has not; and commit what was printed.")
    private String group = "";

    @Option(
            names = "--pattern",
            paramLabel = "EXPR",
            description = "Instead of topics: those whose whole name matches, later ones too (syntax of RE2).")
    private @Nullable String pattern;

    @Option(
            names = "--instance-id",
            paramLabel = "ID",
            description =
                    "Keep the partitions for this process when it ends, until it comes back under the same id or the"
                            + " session timeout is over.")
    private @Nullable String instanceId;

    @Option(
            names = "--client-id",
            paramLabel = "NAME",
            description = "What `millrace group describe` shows of this process (default: consume-PID).")
    private String clientId = "consume-" + ProcessHandle.current().pid();

    @Option(
            names = "--assignor",
            paramLabel = "NAME",
            description =
                    "How the group shares out partitions: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). The one"
                            + " counts that most members name.")
    private AssignorName assignor = AssignorName.UNIFORM;

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "Silence after which the group takes this process for dead, 1s to 30m (default: 10s).")
    private Duration sessionTimeout = Duration.ofMillis(GroupConfig.DEFAULT_SESSION_TIMEOUT_MS);

    void requireTopicsOrPattern(List<String> topics) {
        if (topics.isEmpty() == (pattern == null)) {
            throw CommandFailure.usage(
                    topics.isEmpty() ? "nothing to read" : "TOPIC and --pattern exclude each other",
                    "Name topics, or give --pattern EXPR.");
        }
    }

    /** A group waits for topics that do not exist yet; whoever has mistyped one would wait with it. */
    void tellOfMissing(MillraceClient client, List<String> topics, PrintStream err) {
        // A poll waits for a cluster however long it takes; who has typed the wrong address had better know at once.
        client.serverInfo();
        for (String topic : topics) {
            try {
                client.metadata(topic);
            } catch (MillraceException e) {
                if (e.reason() != ErrorReason.ERROR_REASON_UNKNOWN_TOPIC) {
                    throw e;
                }
                err.println("warning: there is no topic " + topic + " yet: waiting for it");
            }
        }
    }

    void subscribe(Consumer consumer, List<String> topics, GroupConfig config, RebalanceListener listener) {
        if (pattern == null) {
            consumer.subscribe(topics, config, listener);
        } else {
            consumer.subscribe(pattern, config, listener);
        }
    }

    /** Commits by hand: what was handed out is not yet printed. */
    GroupConfig config() {
        requireSessionTimeoutInBounds();
        try {
            return GroupConfig.of(group)
                    .withInstanceId(instanceId)
                    .withClientId(clientId)
                    .withAssignor(assignor.assignor())
                    .withSessionTimeoutMs(sessionTimeout.toMillis())
                    .withAutoCommitIntervalMs(0)
                    .withStartWhereNone(StartPosition.earliest());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(
                    String.valueOf(e.getMessage()),
                    "Names are letters, digits, dots, hyphens and underscores.");
        }
    }

    private void requireSessionTimeoutInBounds() {
        long ms = sessionTimeout.toMillis();
        if (ms < GroupConfig.MIN_SESSION_TIMEOUT_MS || ms > GroupConfig.MAX_SESSION_TIMEOUT_MS) {
            throw CommandFailure.usage(
                    "--session-timeout is 1s to 30m, not " + ms + " ms", "Give it as in --session-timeout 10s.");
        }
    }
}
