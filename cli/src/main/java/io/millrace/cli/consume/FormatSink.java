package io.millrace.cli.consume;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.record.Header;
import io.millrace.record.Record;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Writes records by a format string such as {@code '%t %p %o %k %s\n'}. Parsed once; bytes of records stay as they are. */
final class FormatSink implements RecordSink {
    private static final String CURE =
            "Known are %t topic, %p partition, %o offset, %k key, %s value, %T timestamp in ms,"
                    + " %h headers, %%, and \\n, \\t, \\\\.";

    private final List<RecordSink> parts;

    private FormatSink(List<RecordSink> parts) {
        this.parts = parts;
    }

    static FormatSink parse(String format) {
        List<RecordSink> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            at += c == '%' || c == '\\' ? 2 : 1;
            if (at > format.length()) {
                throw CommandFailure.usage("--format ends with '" + c + "'", CURE);
            }
            char last = format.charAt(at - 1);
            if (c == '\\') {
                text.append(escaped(last));
            } else if (c == '%' && last != '%') {
                addText(parts, text);
                parts.add(field(last));
            } else {
                text.append(last);
            }
        }
        addText(parts, text);
        return new FormatSink(List.copyOf(parts));
    }

    private static void addText(List<RecordSink> parts, StringBuilder text) {
        String literal = text.toString();
        text.setLength(0);
        parts.add((out, topic, partition, record) -> Bytes.write(out, literal));
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case '\\' -> '\\';
            default -> throw CommandFailure.usage("--format has an unknown escape \\" + c, CURE);
        };
    }

    private static RecordSink field(char c) {
        return switch (c) {
            case 't' -> (out, topic, partition, record) -> Bytes.write(out, topic);
            case 'p' -> (out, topic, partition, record) -> Bytes.write(out, String.valueOf(partition));
            case 'o' -> (out, topic, partition, record) -> Bytes.write(out, String.valueOf(record.offset()));
            case 'k' -> (out, topic, partition, record) -> Bytes.write(out, record.key());
            case 's' -> (out, topic, partition, record) -> Bytes.write(out, record.value());
            case 'T' -> (out, topic, partition, record) -> Bytes.write(out, String.valueOf(record.timestampMs()));
            case 'h' -> (out, topic, partition, record) -> headers(out, record);
            default -> throw CommandFailure.usage("--format has an unknown field %" + c, CURE);
        };
    }

    private static void headers(PrintStream out, Record record) {
        String between = "";
        for (Header header : record.headers()) {
            Bytes.write(out, between + header.key() + "=");
            Bytes.write(out, header.value());
            between = ",";
        }
    }

    @Override
    public void write(PrintStream out, String topic, int partition, Record record) {
        for (RecordSink part : parts) {
            part.write(out, topic, partition, record);
        }
    }
}
