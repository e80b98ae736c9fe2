package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what groups have committed in topics that are deleted. Nobody is shown it any more, and nothing else would ever
 * take it away.
 *
 * <p>An image may be old, or lack a topic whose node a person has spoiled. So a topic has to be missing for an hour, and
 * then the service is asked. Where the name is a new topic's, the offsets of the old one stay until somebody commits in
 * the new one: whoever deletes could take a commit along that is on its way.
 *
 * <p>Belongs to the groups' loop.
 */
final class OrphanedOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanedOffsets.class);
    private static final long NOTICE_NS = TimeUnit.HOURS.toNanos(1);

    private final HostedGroups hosted;
    private final Supplier<ClusterImage> image;
    private final TopicRecords records;
    private final Clock clock;
    private final EventLoop loop;
    /** Of each group since when which topic of its has been missing. */
    private final Map<String, Map<String, Long>> noticed = new HashMap<>();

    OrphanedOffsets(
            HostedGroups hosted, Supplier<ClusterImage> image, TopicRecords records, Clock clock, EventLoop loop) {
        this.hosted = hosted;
        this.image = image;
        this.records = records;
        this.clock = clock;
        this.loop = loop;
    }

    /** Others are not this broker's any more. */
    void keepOnly(Set<String> groups) {
        noticed.keySet().retainAll(groups);
    }

    void look(String group, StoredGroup found) {
        SortedMap<String, String> missing = missing(found);
        if (missing.isEmpty()) {
            noticed.remove(group);
            return;
        }
        Map<String, Long> since = noticed.computeIfAbsent(group, first -> new HashMap<>());
        since.keySet().retainAll(missing.keySet());
        long nowNs = clock.nanoTime();
        missing.forEach((topic, topicId) -> {
            Long first = since.putIfAbsent(topic, nowNs);
            if (first != null && nowNs - first >= NOTICE_NS) {
                records.confirmDeleted(topic, topicId, isGone -> {
                    if (isGone) {
                        loop.execute(() -> delete(group, topic));
                    }
                });
            }
        });
    }

    /** Ids by name. None while nobody has been seen to control the cluster: then it has not been seen whole, perhaps. */
    private SortedMap<String, String> missing(StoredGroup found) {
        SortedMap<String, String> missing = new TreeMap<>();
        ClusterImage now = image.get();
        if (now.controller() != null) {
            for (GroupOffset offset : found.offsets()) {
                if (!now.topics().containsKey(offset.topic())) {
                    missing.put(offset.topic(), offset.topicId());
                }
            }
        }
        return missing;
    }

    private void delete(String group, String topic) {
        hosted.with(group, false, outcome -> {
            // No commit in a topic of the name has been taken as long as there is none in the image.
            if (outcome instanceof Outcome.Ok<HostedGroup> ok
                    && !image.get().topics().containsKey(topic)
                    && ok.value().stored().topics().contains(topic)) {
                ok.value().write(new GroupChange.WithoutTopic(topic), done -> log(group, topic, done), true);
            }
        });
    }

    private static void log(String group, String topic, Outcome<Boolean> done) {
        if (done instanceof Outcome.Ok<Boolean>) {
            LOG.info("Offsets of group {} in topic {} are gone with the topic", group, topic);
        }
    }
}
