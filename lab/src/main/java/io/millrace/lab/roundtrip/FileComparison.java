package io.millrace.lab.roundtrip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Compares what came back of one file with the file. */
final class FileComparison {
    private final OriginalFile original;
    private final int partition;
    private final BitSet seen = new BitSet();
    private final MessageDigest rebuilt = sha256();
    private int highestSeen = -1;
    private long readBack;
    private long duplicated;
    private long reordered;
    private long altered;

    FileComparison(OriginalFile original, int partition) {
        this.original = original;
        this.partition = partition;
    }

    int partition() {
        return partition;
    }

    boolean has(int line) {
        return line < original.lineCount();
    }

    void onLine(int line, @Nullable ByteBuffer value) throws IOException {
        readBack++;
        if (seen.get(line)) {
            duplicated++;
        } else if (line < highestSeen) {
            reordered++;
        }
        seen.set(line);
        highestSeen = Math.max(highestSeen, line);
        if (value == null || !value.equals(ByteBuffer.wrap(original.line(line)))) {
            altered++;
        }
        if (value != null) {
            rebuilt.update(value.duplicate());
        }
    }

    FileReport report() throws IOException {
        return new FileReport(
                original.name(),
                partition,
                original.lineCount(),
                readBack,
                original.lineCount() - seen.cardinality(),
                duplicated,
                reordered,
                altered,
                originalSha256(),
                hex(rebuilt));
    }

    private String originalSha256() throws IOException {
        MessageDigest digest = sha256();
        for (int line = 0; line < original.lineCount(); line++) {
            digest.update(original.line(line));
        }
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
