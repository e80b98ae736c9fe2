package io.millrace.broker.rpc;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.proto.v1.ConfigEntry;
import io.millrace.proto.v1.ConfigSource;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** A topic's configuration between what is asked for, what applies and what is shown. */
final class TopicConfigMessages {

    private static final String DURABILITY = "durability";
    private static final String MIN_INSYNC_REPLICAS = "minInsyncReplicas";
    private static final String SEGMENT_BYTES = "segmentBytes";
    private static final String MAX_BATCH_BYTES = "maxBatchBytes";

    private TopicConfigMessages() {}

    /** What was asked for, and {@code defaults} where nothing was. */
    static TopicConfig filled(io.millrace.proto.v1.TopicConfig asked, TopicConfig defaults) {
        return new TopicConfig(
                durability(asked.getDurability(), defaults.durability()),
                asked.hasMinInsyncReplicas() ? asked.getMinInsyncReplicas() : defaults.minInsyncReplicas(),
                asked.hasSegmentBytes() ? asked.getSegmentBytes() : defaults.segmentBytes(),
                asked.hasMaxBatchBytes() ? asked.getMaxBatchBytes() : defaults.maxBatchBytes());
    }

    /** What was asked for, by name, as it is shown. */
    static SortedMap<String, String> overrides(io.millrace.proto.v1.TopicConfig asked) {
        SortedMap<String, String> overrides = new TreeMap<>();
        if (asked.getDurability() != io.millrace.proto.v1.Durability.DURABILITY_UNSPECIFIED) {
            overrides.put(DURABILITY, shown(durability(asked.getDurability(), Durability.FSYNC)));
        }
        if (asked.hasMinInsyncReplicas()) {
            overrides.put(MIN_INSYNC_REPLICAS, Integer.toString(asked.getMinInsyncReplicas()));
        }
        if (asked.hasSegmentBytes()) {
            overrides.put(SEGMENT_BYTES, Long.toString(asked.getSegmentBytes()));
        }
        if (asked.hasMaxBatchBytes()) {
            overrides.put(MAX_BATCH_BYTES, Integer.toString(asked.getMaxBatchBytes()));
        }
        return overrides;
    }

    static io.millrace.proto.v1.TopicConfig message(TopicConfig config) {
        return io.millrace.proto.v1.TopicConfig.newBuilder()
                .setDurability(message(config.durability()))
                .setMinInsyncReplicas(config.minInsyncReplicas())
                .setSegmentBytes(config.segmentBytes())
                .setMaxBatchBytes(config.maxBatchBytes())
                .build();
    }

    /** Every value with its source, by name. */
    static List<ConfigEntry> entries(TopicImage topic) {
        TopicConfig config = topic.config();
        return List.of(
                entry(topic, DURABILITY, shown(config.durability())),
                entry(topic, MAX_BATCH_BYTES, Integer.toString(config.maxBatchBytes())),
                entry(topic, MIN_INSYNC_REPLICAS, Integer.toString(config.minInsyncReplicas())),
                entry(topic, SEGMENT_BYTES, Long.toString(config.segmentBytes())));
    }

    private static ConfigEntry entry(TopicImage topic, String name, String value) {
        return ConfigEntry.newBuilder()
                .setName(name)
                .setValue(value)
                .setSource(
                        topic.overrides().contains(name)
                                ? ConfigSource.CONFIG_SOURCE_TOPIC
                                : ConfigSource.CONFIG_SOURCE_DEFAULT)
                .build();
    }

    private static Durability durability(io.millrace.proto.v1.Durability asked, Durability unset) {
        return switch (asked) {
            case DURABILITY_FSYNC -> Durability.FSYNC;
            case DURABILITY_REPLICATED -> Durability.REPLICATED;
            case DURABILITY_UNSPECIFIED -> unset;
            case UNRECOGNIZED -> throw new IllegalArgumentException("durability was to be checked before");
        };
    }

    private static io.millrace.proto.v1.Durability message(Durability durability) {
        return switch (durability) {
            case FSYNC -> io.millrace.proto.v1.Durability.DURABILITY_FSYNC;
            case REPLICATED -> io.millrace.proto.v1.Durability.DURABILITY_REPLICATED;
        };
    }

    private static String shown(Durability durability) {
        return durability.name().toLowerCase(Locale.ROOT);
    }
}
