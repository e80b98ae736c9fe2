package io.millrace.cli.produce;

import io.millrace.cli.shell.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes after each LF. A line keeps its terminator, CRLF or LF, and the last one need not have any, so
 * the lines one behind the other are the stream again, byte for byte. A CR alone ends no line.
 */
final class LineReader {
    private static final int FIRST_BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxLineBytes;
    private byte[] buffer;
    private int start;
    private int end;
    private long lineNumber;

    LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.buffer = new byte[Math.min(FIRST_BUFFER_BYTES, maxLineBytes + 1)];
    }

    /** The next line, valid until the next call; null at the end. */
    @Nullable
    ByteBuffer next() throws IOException {
        int searched = start;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == '\n') {
                    return cutAt(i + 1);
                }
            }
            int searchedBytes = end - start;
            if (!fill()) {
                return start == end ? null : cutAt(end);
            }
            searched = start + searchedBytes;
        }
    }

    private ByteBuffer cutAt(int lineEnd) {
        lineNumber++;
        requireShort(lineEnd - start);
        ByteBuffer line = ByteBuffer.wrap(buffer, start, lineEnd - start);
        start = lineEnd;
        return line;
    }

    /** Reads more behind the unfinished line; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (end == buffer.length) {
            makeRoom();
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count > 0) {
            end += count;
        }
        return count >= 0;
    }

    private void makeRoom() {
        int pending = end - start;
        if (pending > maxLineBytes) {
            lineNumber++;
            requireShort(pending);
        }
        int capacity = pending > buffer.length / 2 ? Math.min(2 * buffer.length, maxLineBytes + 1) : buffer.length;
        buffer = Arrays.copyOf(Arrays.copyOfRange(buffer, start, end), Math.max(capacity, pending + 1));
        start = 0;
        end = pending;
    }

    private void requireShort(int bytes) {
        if (bytes > maxLineBytes) {
            throw CommandFailure.failed(
                    "line " + lineNumber + " is longer than the " + maxLineBytes
                            + " bytes that a record of this topic may have",
                    "Cut it, or create a topic with a larger --max-batch-bytes. The lines before it were sent.");
        }
    }
}
