package io.millrace.cli.shell;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers of the command line, and says in words of people what was expected where there is none. */
public final class WholeNumbers {
    private WholeNumbers() {}

    /** For this command and all below it. */
    public static void register(CommandLine line) {
        line.registerConverter(Integer.class, text -> read(text, Integer::valueOf, Integer.MAX_VALUE))
                .registerConverter(int.class, text -> read(text, Integer::valueOf, Integer.MAX_VALUE))
                .registerConverter(Long.class, text -> read(text, Long::valueOf, Long.MAX_VALUE))
                .registerConverter(long.class, text -> read(text, Long::valueOf, Long.MAX_VALUE));
    }

    private static <N> N read(String text, Function<String, N> reading, long max) {
        try {
            return reading.apply(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number of at most " + max);
        }
    }
}
