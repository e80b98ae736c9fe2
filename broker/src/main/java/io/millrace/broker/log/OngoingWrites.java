package io.millrace.broker.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What is being done to a disk at this moment, each with a number that grows. Any thread; nobody waits. */
public final class OngoingWrites {

    /** More than there are threads that write; what finds no place is not seen. */
    private static final int PLACES = 64;

    private static final int NO_PLACE = -1;

    private final AtomicLongArray numbers = new AtomicLongArray(PLACES);
    private final AtomicLong last = new AtomicLong();

    /** The smallest number under way, so the one that has been so longest; 0 while there is none. */
    public long oldest() {
        long oldest = 0;
        for (int place = 0; place < PLACES; place++) {
            long number = numbers.get(place);
            if (number != 0 && (oldest == 0 || number < oldest)) {
                oldest = number;
            }
        }
        return oldest;
    }

    /** Returns what to {@link #end} with. */
    int begin() {
        long number = last.incrementAndGet();
        for (int place = 0; place < PLACES; place++) {
            if (numbers.compareAndSet(place, 0, number)) {
                return place;
            }
        }
        return NO_PLACE;
    }

    void end(int place) {
        if (place != NO_PLACE) {
            numbers.set(place, 0);
        }
    }
}
