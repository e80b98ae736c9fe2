package io.millrace.broker.log;

import io.millrace.broker.core.TopicPartition;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the logs' directories are named: {@code <topicId>-<partition>}. */
final class PartitionDirectories {
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{22})-(0|[1-9][0-9]{0,8})");

    private PartitionDirectories() {}

    /** Empty if it is not the name of a log's directory. */
    static Optional<TopicPartition> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new TopicPartition(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Those in a data directory, in order. */
    static List<TopicPartition> list(Disk disk) throws IOException {
        return disk.list(Disk.ROOT).stream()
                .map(PartitionDirectories::parse)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }
}
