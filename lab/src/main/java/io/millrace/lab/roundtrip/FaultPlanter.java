package io.millrace.lab.roundtrip;

import io.millrace.lab.traffic.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes records on and does one thing wrong at one line. */
final class FaultPlanter implements RecordSink {
    private final Fault fault;
    private final LineKey victim;
    private final RecordSink next;
    private @Nullable ByteBuffer heldValue;

    /** For {@link Fault#SWAP} the victim must not be its file's last line, and the two must come in order. */
    FaultPlanter(Fault fault, LineKey victim, RecordSink next) {
        this.fault = fault;
        this.victim = victim;
        this.next = next;
    }

    @Override
    public void accept(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value)
            throws IOException {
        Optional<LineKey> line = LineKey.parse(key);
        if (line.equals(Optional.of(victim))) {
            onVictim(partition, offset, key, value);
        } else {
            next.accept(partition, offset, key, value);
            if (heldValue != null && line.equals(Optional.of(new LineKey(victim.file(), victim.line() + 1)))) {
                next.accept(partition, offset, victim.encode(), heldValue);
                heldValue = null;
            }
        }
    }

    private void onVictim(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value)
            throws IOException {
        switch (fault) {
            case DROP -> {}
            case DOUBLE -> {
                next.accept(partition, offset, copyOf(key), copyOf(value));
                next.accept(partition, offset, key, value);
            }
            case SWAP -> heldValue = copyOf(value);
        }
    }

    // The next sink may consume a buffer, and one that is held outlives the call that brought it.
    private static @Nullable ByteBuffer copyOf(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
