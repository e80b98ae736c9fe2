package io.millrace.cli.shell;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as people write it: 500ms, 10s, 5m, 1h. */
public final class DurationText implements ITypeConverter<Duration> {
    private static final Pattern SPELLING = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    @Override
    public Duration convert(String text) {
        Matcher parts = SPELLING.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is no duration such as 500ms, 10s, 5m or 1h");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
