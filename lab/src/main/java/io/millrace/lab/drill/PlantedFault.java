package io.millrace.lab.drill;

import io.millrace.lab.traffic.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that a cluster may do wrong with one record. */
public enum PlantedFault {
    LOST {
        @Override
        void deliver(List<Stored> two, RecordSink sink) throws IOException {
            two.get(1).to(sink, two.get(1).offset());
        }

        @Override
        boolean isReportedIn(CheckCounts counts) {
            return counts.lost() == 1;
        }
    },
    DUPLICATED {
        @Override
        void deliver(List<Stored> two, RecordSink sink) throws IOException {
            two.get(0).to(sink, two.get(0).offset());
            two.get(0).to(sink, two.get(1).offset());
            two.get(1).to(sink, two.get(1).offset() + 1);
        }

        @Override
        boolean isReportedIn(CheckCounts counts) {
            return counts.duplicated() == 1;
        }
    },
    SWAPPED {
        @Override
        void deliver(List<Stored> two, RecordSink sink) throws IOException {
            two.get(1).to(sink, two.get(0).offset());
            two.get(0).to(sink, two.get(1).offset());
        }

        @Override
        boolean isReportedIn(CheckCounts counts) {
            return counts.reordered() == 1;
        }
    },
    WRONG_OFFSET {
        @Override
        void deliver(List<Stored> two, RecordSink sink) throws IOException {
            two.get(0).to(sink, two.get(0).offset());
            two.get(1).to(sink, two.get(1).offset() + 1);
        }

        @Override
        boolean isReportedIn(CheckCounts counts) {
            return counts.misplaced() == 1 && counts.reordered() == 0;
        }
    };

    /** Two neighbours go in, and come out wrong. */
    abstract void deliver(List<Stored> two, RecordSink sink) throws IOException;

    /** Whether a check that found nothing else reports this as what it is. */
    abstract boolean isReportedIn(CheckCounts counts);

    /** Passes everything on, but for this partition's records at this offset and the next. */
    RecordSink plantedAt(int partition, long offset, RecordSink sink) {
        List<Stored> two = new ArrayList<>();
        return (p, o, key, value) -> {
            if (p == partition && (o == offset || o == offset + 1)) {
                two.add(Stored.of(p, o, value));
                if (two.size() == 2) {
                    deliver(two, sink);
                }
            } else {
                sink.accept(p, o, key, value);
            }
        };
    }

    /** A record that outlives the call that brought it. */
    record Stored(int partition, long offset, @Nullable ByteBuffer value) {
        static Stored of(int partition, long offset, @Nullable ByteBuffer value) {
            ByteBuffer copy = value == null
                    ? null
                    : ByteBuffer.allocate(value.remaining())
                            .put(value.duplicate())
                            .flip();
            return new Stored(partition, offset, copy);
        }

        void to(RecordSink sink, long otherOffset) throws IOException {
            sink.accept(partition, otherOffset, null, value == null ? null : value.duplicate());
        }
    }
}
