package io.millrace.broker.rpc;

import com.google.protobuf.Duration;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.NameRules;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.AssignorName;
import io.millrace.broker.core.group.GroupState;
import io.millrace.broker.core.group.MemberConfig;
import io.millrace.broker.core.group.MemberView;
import io.millrace.broker.core.group.Subscription;
import io.millrace.broker.group.GroupDescription;
import io.millrace.broker.group.GroupDescription.PartitionProgress;
import io.millrace.broker.group.MemberOpening;
import io.millrace.proto.v1.Assignor;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.GroupMember;
import io.millrace.proto.v1.GroupPartition;
import io.millrace.proto.v1.MemberHeartbeat;
import io.millrace.proto.v1.MemberOpen;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.TopicPartitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Groups as they travel: checks what comes and puts together what goes. */
final class GroupMessages {
    private static final int MAX_TOPICS = 1_000;
    private static final int MAX_HOLDS = 10_000;
    private static final int MAX_PATTERN_CHARS = 256;
    /** Repetitions with counts multiply what has to be matched; all of them together, as if each were within the others. */
    private static final long MAX_REPEATS = 20;

    /** Matching goes as deep as that into the stack. */
    private static final int MAX_PROGRAM = 1_000;

    private static final java.util.regex.Pattern REPEAT = java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");
    private static final int MAX_TEXT_CHARS = 256;
    private static final String MEMBER_ID = "[A-Za-z0-9._-]{1,64}";
    private static final String INSTANCE_ID = "[A-Za-z0-9._-]{0,100}";
    private static final int UNKNOWN_EPOCH = -1;
    private static final long SECOND_MS = 1_000;
    private static final long SESSION_TIMEOUT_MS = 10 * SECOND_MS;
    private static final long MAX_SESSION_TIMEOUT_MS = 30 * 60 * SECOND_MS;
    private static final long REBALANCE_TIMEOUT_MS = 60 * SECOND_MS;
    private static final long MAX_REBALANCE_TIMEOUT_MS = 3600 * SECOND_MS;

    private final Supplier<ClusterImage> image;
    private volatile TopicNames names;

    /** Names of the topics of one image, by id. */
    private record TopicNames(ClusterImage image, Map<String, String> byId) {}

    /** @param image where the names of topics are looked up */
    GroupMessages(Supplier<ClusterImage> image) {
        this.image = image;
        this.names = new TopicNames(ClusterImage.empty(""), Map.of());
    }

    static Optional<Rejection> check(MemberOpen open) {
        Fields fields = new Fields();
        String group = NameRules.problem("Group name", open.getGroup());
        fields.require(group == null, "group", String.valueOf(group))
                .require(open.getMemberId().matches(MEMBER_ID), "member_id", "does not match " + MEMBER_ID)
                .atLeast(0, "generation", open.getGeneration())
                .atLeast(0, "commits_from", open.getCommitsFrom())
                .require(open.getInstanceId().matches(INSTANCE_ID), "instance_id", "does not match " + INSTANCE_ID)
                .require(
                        open.getTopicsCount() > 0 || !open.getPattern().isEmpty(),
                        "topics",
                        "are none, and there is no pattern")
                .require(open.getTopicsCount() <= MAX_TOPICS, "topics", "are more than " + MAX_TOPICS)
                .require(open.getAssignor() != Assignor.UNRECOGNIZED, "assignor", "is not known")
                .require(open.getRack().length() <= MAX_TEXT_CHARS, "rack", "is too long")
                .require(open.getClientId().length() <= MAX_TEXT_CHARS, "client_id", "is too long");
        open.getTopicsList().stream().limit(MAX_TOPICS).forEach(topic -> fields.topicName("topics", topic));
        String pattern = problem(open.getPattern());
        fields.require(pattern == null, "pattern", String.valueOf(pattern));
        check(fields, "session_timeout", open.hasSessionTimeout(), open.getSessionTimeout(), MAX_SESSION_TIMEOUT_MS);
        check(
                fields,
                "rebalance_timeout",
                open.hasRebalanceTimeout(),
                open.getRebalanceTimeout(),
                MAX_REBALANCE_TIMEOUT_MS);
        return checkHolds(fields, open.getHoldsList()).rejection();
    }

    static Optional<Rejection> check(MemberHeartbeat heartbeat) {
        Fields fields = new Fields().atLeast(0, "generation", heartbeat.getGeneration());
        return checkHolds(fields, heartbeat.getHoldsList()).rejection();
    }

    private static @Nullable String problem(String pattern) {
        if (pattern.length() > MAX_PATTERN_CHARS) {
            return "has more than " + MAX_PATTERN_CHARS + " characters";
        }
        if (repeats(pattern) > MAX_REPEATS) {
            return "repeats more than " + MAX_REPEATS + " times, all counts multiplied";
        }
        try {
            return Pattern.compile(pattern).programSize() > MAX_PROGRAM ? "is too large an expression" : null;
        } catch (PatternSyntaxException wrong) {
            return "is not an expression of RE2: " + wrong.getDescription();
        }
    }

    private static long repeats(String pattern) {
        long product = 1;
        java.util.regex.Matcher counts = REPEAT.matcher(pattern);
        while (counts.find() && product <= MAX_REPEATS) {
            String most = counts.group(2) == null || counts.group(2).isEmpty() ? counts.group(1) : counts.group(2);
            product = most.length() > 4 ? Long.MAX_VALUE : product * Math.max(1, Long.parseLong(most));
        }
        return product;
    }

    private static void check(Fields fields, String field, boolean isSet, Duration duration, long maxMs) {
        boolean isGood = WireTime.isBetweenZeroAnd(maxMs / SECOND_MS, duration)
                && WireTime.nanos(duration) >= SECOND_MS * 1_000_000;
        fields.require(!isSet || isGood, field, "is not from 1 s to " + maxMs / SECOND_MS + " s");
    }

    private static Fields checkHolds(Fields fields, List<TopicPartitions> holds) {
        int count = holds.stream().mapToInt(TopicPartitions::getPartitionsCount).sum();
        fields.require(count <= MAX_HOLDS, "holds", "are more than " + MAX_HOLDS + " partitions");
        for (TopicPartitions topic : holds) {
            boolean isGood = !topic.getTopicId().isEmpty()
                    && topic.getPartitionsList().stream().allMatch(partition -> partition >= 0);
            fields.require(isGood, "holds", "name a topic without its id, or a partition below 0");
        }
        return fields;
    }

    /** Of one that was checked. */
    static MemberOpening opening(MemberOpen open, String host) {
        Pattern pattern = open.getPattern().isEmpty() ? null : Pattern.compile(open.getPattern());
        MemberConfig config = new MemberConfig(
                orNull(open.getInstanceId()),
                new Subscription(new TreeSet<>(open.getTopicsList()), pattern),
                assignor(open.getAssignor()),
                orNull(open.getRack()),
                open.getClientId(),
                host,
                open.hasSessionTimeout() ? millis(open.getSessionTimeout()) : SESSION_TIMEOUT_MS,
                open.hasRebalanceTimeout() ? millis(open.getRebalanceTimeout()) : REBALANCE_TIMEOUT_MS);
        return new MemberOpening(
                open.getGroup(),
                open.getMemberId(),
                open.getGeneration(),
                partitions(open.getHoldsList()),
                open.getCommitsFrom(),
                config);
    }

    private static long millis(Duration duration) {
        return WireTime.nanos(duration) / 1_000_000;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static AssignorName assignor(Assignor assignor) {
        return switch (assignor) {
            case ASSIGNOR_UNSPECIFIED, ASSIGNOR_UNIFORM, UNRECOGNIZED -> AssignorName.UNIFORM;
            case ASSIGNOR_RANGE -> AssignorName.RANGE;
            case ASSIGNOR_ROUND_ROBIN -> AssignorName.ROUND_ROBIN;
        };
    }

    private static Assignor assignor(AssignorName assignor) {
        return switch (assignor) {
            case UNIFORM -> Assignor.ASSIGNOR_UNIFORM;
            case RANGE -> Assignor.ASSIGNOR_RANGE;
            case ROUND_ROBIN -> Assignor.ASSIGNOR_ROUND_ROBIN;
        };
    }

    static Set<TopicPartition> partitions(List<TopicPartitions> holds) {
        Set<TopicPartition> partitions = new HashSet<>();
        holds.forEach(topic -> topic.getPartitionsList()
                .forEach(partition -> partitions.add(new TopicPartition(topic.getTopicId(), partition))));
        return partitions;
    }

    /** By topic, in the order of their names; those of a topic that is gone are left out. */
    List<TopicPartitions> topicPartitions(Collection<TopicPartition> partitions) {
        SortedMap<String, List<Integer>> byId = new TreeMap<>();
        partitions.forEach(partition -> byId.computeIfAbsent(partition.topicId(), id -> new ArrayList<>())
                .add(partition.partition()));
        Map<String, String> topics = namesById();
        List<TopicPartitions> messages = new ArrayList<>();
        byId.forEach((id, numbers) -> {
            String name = topics.get(id);
            if (name != null) {
                messages.add(TopicPartitions.newBuilder()
                        .setTopic(name)
                        .setTopicId(id)
                        .addAllPartitions(numbers)
                        .build());
            }
        });
        messages.sort(Comparator.comparing(TopicPartitions::getTopic));
        return messages;
    }

    /** Made once for each image: a thousand members are told one after the other, and each has topics of its own. */
    private Map<String, String> namesById() {
        ClusterImage now = image.get();
        TopicNames last = names;
        if (!last.image().equals(now)) {
            Map<String, String> byId = new HashMap<>();
            now.topics().forEach((name, topic) -> byId.put(topic.topicId(), name));
            last = new TopicNames(now, byId);
            names = last;
        }
        return last.byId();
    }

    static List<io.millrace.broker.core.group.OffsetCommit> commits(List<OffsetCommit> offsets) {
        return offsets.stream().map(GroupMessages::commit).toList();
    }

    private static io.millrace.broker.core.group.OffsetCommit commit(OffsetCommit commit) {
        return new io.millrace.broker.core.group.OffsetCommit(
                commit.getTopic(),
                commit.getTopicId().isEmpty() ? null : commit.getTopicId(),
                commit.getPartition(),
                commit.getOffset(),
                commit.hasLeaderEpoch() ? commit.getLeaderEpoch() : UNKNOWN_EPOCH,
                commit.getMetadata(),
                commit.getRewind());
    }

    static CommittedOffset committed(io.millrace.broker.core.group.CommittedOffset offset) {
        return CommittedOffset.newBuilder()
                .setTopic(offset.topic())
                .setTopicId(offset.topicId())
                .setPartition(offset.partition())
                .setOffset(offset.offset())
                .setLeaderEpoch(offset.leaderEpoch())
                .setMetadata(offset.metadata())
                .setCommitTime(WireTime.timestamp(offset.timeMs()))
                .build();
    }

    DescribeGroupResponse description(GroupDescription group) {
        DescribeGroupResponse.Builder response = DescribeGroupResponse.newBuilder()
                .setGroup(group.group())
                .setState(state(group.state()))
                .setGeneration(group.generation())
                .setCoordinator(group.coordinator())
                .setAssignor(assignor(group.assignor()));
        group.members().forEach(member -> response.addMembers(member(member)));
        group.partitions().forEach(partition -> response.addPartitions(partition(partition)));
        return response.build();
    }

    private static io.millrace.proto.v1.GroupState state(GroupState state) {
        return switch (state) {
            case EMPTY -> io.millrace.proto.v1.GroupState.GROUP_STATE_EMPTY;
            case REBALANCING -> io.millrace.proto.v1.GroupState.GROUP_STATE_REBALANCING;
            case STABLE -> io.millrace.proto.v1.GroupState.GROUP_STATE_STABLE;
        };
    }

    private GroupMember member(MemberView member) {
        GroupMember.Builder message = GroupMember.newBuilder()
                .setMemberId(member.id())
                .setInstanceId(orEmpty(member.instanceId()))
                .addAllAssigned(topicPartitions(member.reads()))
                .addAllReleasing(topicPartitions(member.releases()));
        MemberConfig config = member.config();
        if (config != null) {
            Pattern pattern = config.subscription().pattern();
            message.setClientId(config.clientId())
                    .setHost(config.host())
                    .setRack(orEmpty(config.rack()))
                    .addAllTopics(config.subscription().topics())
                    .setPattern(pattern == null ? "" : pattern.pattern())
                    .setSilent(duration(member.silentMs()));
        }
        return message.build();
    }

    private static GroupPartition partition(PartitionProgress progress) {
        GroupPartition.Builder message = GroupPartition.newBuilder()
                .setTopic(progress.topic())
                .setPartition(progress.partition().partition())
                .setMemberId(orEmpty(progress.memberId()));
        progress.endOffset().ifPresent(message::setEndOffset);
        progress.lagTimeMs().ifPresent(ms -> message.setLagTime(duration(ms)));
        io.millrace.broker.core.group.CommittedOffset committed = progress.committed();
        if (committed != null) {
            message.setCommitted(committed(committed));
            // Committed beyond what is committed to the log: a replica here was ahead of the leader's word.
            progress.endOffset().ifPresent(end -> message.setLag(Math.max(0, end - committed.offset())));
        }
        return message.build();
    }

    private static Duration duration(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / SECOND_MS)
                .setNanos((int) (ms % SECOND_MS) * 1_000_000)
                .build();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
