package io.millrace.cli.shell;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** Reads options that are one of several words, which are what the constants print; picocli would list names and words. */
public final class EnumWords {
    private EnumWords() {}

    /** For this command and all below it. */
    public static void register(CommandLine line) {
        specs(line)
                .flatMap(spec -> Stream.concat(spec.options().stream(), spec.positionalParameters().stream()))
                .map(ArgSpec::type)
                .filter(Class::isEnum)
                .distinct()
                .forEach(type -> register(line, type));
    }

    private static Stream<CommandSpec> specs(CommandLine line) {
        return Stream.concat(
                Stream.of(line.getCommandSpec()),
                line.getSubcommands().values().stream().flatMap(EnumWords::specs));
    }

    private static <T> void register(CommandLine line, Class<T> type) {
        line.registerConverter(type, text -> read(text, type.getEnumConstants()));
    }

    private static <T> T read(String text, T[] constants) {
        return Arrays.stream(constants)
                .filter(constant -> constant.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                        + Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "))));
    }
}
