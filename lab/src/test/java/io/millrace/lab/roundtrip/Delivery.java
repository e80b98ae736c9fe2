package io.millrace.lab.roundtrip;

import io.millrace.lab.traffic.RecordSink;
import io.millrace.lab.traffic.RecordSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a cluster might give back, written down by the test record by record. */
final class Delivery implements RecordSource {
    private record Delivered(
            int partition, @Nullable String key, @Nullable String value) {}

    private final List<Delivered> records = new ArrayList<>();

    /** Everything as it should come. */
    static Delivery faultless(int partitions, TextFile... files) {
        Delivery delivery = new Delivery();
        for (int file = 0; file < files.length; file++) {
            for (int line = 0; line < files[file].lineCount(); line++) {
                delivery.record(
                        file % partitions,
                        file + ":" + line,
                        files[file].lines().get(line));
            }
        }
        return delivery;
    }

    Delivery record(int partition, @Nullable String key, @Nullable String value) {
        records.add(new Delivered(partition, key, value));
        return this;
    }

    Delivery without(int index) {
        records.remove(index);
        return this;
    }

    Delivery again(int index) {
        records.add(records.get(index));
        return this;
    }

    Delivery swapped(int first, int second) {
        Delivered moved = records.set(first, records.get(second));
        records.set(second, moved);
        return this;
    }

    @Override
    public void replay(RecordSink sink) throws IOException {
        long offset = 0;
        for (Delivered record : records) {
            sink.accept(record.partition(), offset++, bytes(record.key()), bytes(record.value()));
        }
    }

    private static @Nullable ByteBuffer bytes(@Nullable String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
