package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Small facts that an operator may want to read: lines {@code name=value} in the order of the names, first {@code
 * formatVersion}, last {@code crc32c} over all bytes before it.
 */
final class MetaFile {
    static final int FORMAT_VERSION = 1;

    private static final String VERSION_KEY = "formatVersion";
    private static final String CRC_KEY = "crc32c";

    private MetaFile() {}

    static ByteBuffer encode(Map<String, String> values) {
        StringBuilder text = new StringBuilder(VERSION_KEY + "=" + FORMAT_VERSION + "\n");
        new TreeMap<>(values)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        String covered = text.toString();
        return StandardCharsets.UTF_8.encode(covered + CRC_KEY + "=" + crcOf(covered) + "\n");
    }

    /** @throws DataDirectoryException if the bytes are damaged or of a newer format; {@code name} goes into its message */
    static Map<String, String> decode(String name, ByteBuffer bytes) throws DataDirectoryException {
        String text = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        requireKnownVersion(name, text);
        int crcAt = text.lastIndexOf(CRC_KEY + "=");
        if (crcAt < 0 || !text.substring(crcAt).equals(CRC_KEY + "=" + crcOf(text.substring(0, crcAt)) + "\n")) {
            throw new DataDirectoryException(name + " cannot be read: its checksum does not match");
        }
        Map<String, String> values = new TreeMap<>();
        text.substring(0, crcAt).lines().forEach(line -> {
            int equals = line.indexOf('=');
            values.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        });
        return values;
    }

    /** Before the checksum: a newer format may have another one. */
    private static void requireKnownVersion(String name, String text) throws DataDirectoryException {
        String first = text.lines().findFirst().orElse("");
        if (!first.matches(VERSION_KEY + "=[0-9]{1,9}")) {
            throw new DataDirectoryException(name + " cannot be read: it does not begin with its format version");
        }
        int version = Integer.parseInt(first.substring(VERSION_KEY.length() + 1));
        if (version != FORMAT_VERSION) {
            throw new DataDirectoryException(name + " has format version " + version + "; this broker knows "
                    + FORMAT_VERSION + ", so the directory belongs to a newer one");
        }
    }

    private static String crcOf(String text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        return "%08x".formatted(Checksum.of(bytes, 0, bytes.limit()));
    }
}
