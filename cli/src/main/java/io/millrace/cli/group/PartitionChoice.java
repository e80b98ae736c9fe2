package io.millrace.cli.group;

import io.millrace.proto.v1.TopicPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A topic, or some of its partitions, as {@code orders} or {@code orders:0,2}.
 *
 * @param partitions empty for all
 */
record PartitionChoice(String topic, List<Integer> partitions) {
    private static final Pattern SPELLING = Pattern.compile("([a-zA-Z0-9._-]+)(?::(\\d{1,9}(?:,\\d{1,9})*))?");

    PartitionChoice {
        partitions = List.copyOf(partitions);
    }

    TopicPartitions message() {
        return TopicPartitions.newBuilder()
                .setTopic(topic)
                .addAllPartitions(partitions)
                .build();
    }

    static final class Text implements ITypeConverter<PartitionChoice> {
        @Override
        public PartitionChoice convert(String text) {
            Matcher parts = SPELLING.matcher(text);
            if (!parts.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is neither a topic nor partitions such as orders:0,2");
            }
            List<Integer> partitions = new ArrayList<>();
            if (parts.group(2) != null) {
                for (String number : parts.group(2).split(",", -1)) {
                    partitions.add(Integer.valueOf(number));
                }
            }
            return new PartitionChoice(parts.group(1), partitions);
        }
    }
}
