package io.millrace.client;

import io.millrace.proto.v1.Assignor;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Consumer} takes part in a group.
 *
 * @param group 1 to 249 letters, digits, dots, hyphens and underscores, not {@code .} or {@code ..}
 * @param instanceId null, or at most 100 such characters: a process that comes back under it within the session timeout
 *     gets what it had, and nobody else's partitions move
 * @param clientId for people, who see it where the group is described; at most 256 bytes
 * @param rack where this process stands, empty where that does not matter: partitions with a replica there are preferred
 * @param assignor how partitions are shared out; where members disagree the one counts that most name
 * @param sessionTimeoutMs silence after which the member counts as gone, 1 s to 30 min
 * @param rebalanceTimeoutMs how long it may take to let go of a partition, 1 s to 1 h. That happens inside {@code poll}: an
 *     application that does not poll for so long while a partition is wanted from it loses all
 * @param autoCommitIntervalMs how often {@code poll} commits what earlier polls have handed out; 0: never
 * @param startWhereNone where reading begins in partitions of which the group has no offset
 */
public record GroupConfig(
        String group,
        @Nullable String instanceId,
        String clientId,
        String rack,
        Assignor assignor,
        long sessionTimeoutMs,
        long rebalanceTimeoutMs,
        long autoCommitIntervalMs,
        StartPosition startWhereNone) {
    public static final long DEFAULT_SESSION_TIMEOUT_MS = 10_000;
    public static final long MIN_SESSION_TIMEOUT_MS = 1_000;
    public static final long MAX_SESSION_TIMEOUT_MS = 30 * 60_000L;
    public static final long DEFAULT_REBALANCE_TIMEOUT_MS = 60_000;
    public static final long DEFAULT_AUTO_COMMIT_INTERVAL_MS = 5_000;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final int MAX_INSTANCE_ID_CHARS = 100;
    private static final int MAX_CLIENT_ID_BYTES = 256;
    private static final long MAX_REBALANCE_TIMEOUT_MS = 60 * 60_000L;

    public GroupConfig {
        require(isName(group), "group", group);
        require(
                instanceId == null || (isName(instanceId) && instanceId.length() <= MAX_INSTANCE_ID_CHARS),
                "instanceId",
                instanceId);
        require(clientId.getBytes(StandardCharsets.UTF_8).length <= MAX_CLIENT_ID_BYTES, "clientId", clientId);
        require(
                sessionTimeoutMs >= MIN_SESSION_TIMEOUT_MS && sessionTimeoutMs <= MAX_SESSION_TIMEOUT_MS,
                "sessionTimeoutMs",
                sessionTimeoutMs);
        require(
                rebalanceTimeoutMs >= 1_000 && rebalanceTimeoutMs <= MAX_REBALANCE_TIMEOUT_MS,
                "rebalanceTimeoutMs",
                rebalanceTimeoutMs);
        require(autoCommitIntervalMs >= 0, "autoCommitIntervalMs", autoCommitIntervalMs);
        // One offset for whichever partition comes cannot be meant.
        require(!(startWhereNone instanceof StartPosition.Offset), "startWhereNone", startWhereNone);
    }

    private static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    private static void require(boolean isGood, String name, @Nullable Object value) {
        if (!isGood) {
            throw new IllegalArgumentException(name + " cannot be '" + value + "'");
        }
    }

    /** All defaults: commits every 5 s, and begins at the end where the group has no offset. */
    public static GroupConfig of(String group) {
        return new GroupConfig(
                group,
                null,
                "",
                "",
                Assignor.ASSIGNOR_UNIFORM,
                DEFAULT_SESSION_TIMEOUT_MS,
                DEFAULT_REBALANCE_TIMEOUT_MS,
                DEFAULT_AUTO_COMMIT_INTERVAL_MS,
                StartPosition.latest());
    }

    public GroupConfig withInstanceId(@Nullable String newInstanceId) {
        return new GroupConfig(
                group,
                newInstanceId,
                clientId,
                rack,
                assignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withClientId(String newClientId) {
        return new GroupConfig(
                group,
                instanceId,
                newClientId,
                rack,
                assignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withRack(String newRack) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                newRack,
                assignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withAssignor(Assignor newAssignor) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                rack,
                newAssignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withSessionTimeoutMs(long newSessionTimeoutMs) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                rack,
                assignor,
                newSessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withRebalanceTimeoutMs(long newRebalanceTimeoutMs) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                rack,
                assignor,
                sessionTimeoutMs,
                newRebalanceTimeoutMs,
                autoCommitIntervalMs,
                startWhereNone);
    }

    /** @param newAutoCommitIntervalMs 0: the application commits */
    public GroupConfig withAutoCommitIntervalMs(long newAutoCommitIntervalMs) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                rack,
                assignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                newAutoCommitIntervalMs,
                startWhereNone);
    }

    public GroupConfig withStartWhereNone(StartPosition newStartWhereNone) {
        return new GroupConfig(
                group,
                instanceId,
                clientId,
                rack,
                assignor,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                autoCommitIntervalMs,
                newStartWhereNone);
    }
}
