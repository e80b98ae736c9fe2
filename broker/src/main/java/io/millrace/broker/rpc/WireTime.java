package io.millrace.broker.rpc;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Protobuf's times and durations as the numbers that the rest of the broker uses, and back. */
final class WireTime {

    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    // The end of the year 9999: what a Timestamp may hold at most.
    private static final long MAX_TIMESTAMP_SECONDS = 253_402_300_799L;

    private WireTime() {}

    /** Whether it is well formed and neither before 1970 nor after 9999. */
    static boolean isValid(Timestamp time) {
        return time.getSeconds() >= 0
                && time.getSeconds() <= MAX_TIMESTAMP_SECONDS
                && time.getNanos() >= 0
                && time.getNanos() < NANOS_PER_SECOND;
    }

    static long millisRoundedDown(Timestamp time) {
        return time.getSeconds() * 1000 + time.getNanos() / NANOS_PER_MILLI;
    }

    static long millisRoundedUp(Timestamp time) {
        return time.getSeconds() * 1000 + (time.getNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    static Timestamp timestamp(long millis) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(millis, 1000))
                .setNanos(Math.floorMod(millis, 1000) * NANOS_PER_MILLI)
                .build();
    }

    /** Whether it is well formed and from 0 to {@code maxSeconds}. */
    static boolean isBetweenZeroAnd(long maxSeconds, Duration duration) {
        return duration.getSeconds() >= 0
                && duration.getNanos() >= 0
                && duration.getNanos() < NANOS_PER_SECOND
                && (duration.getSeconds() < maxSeconds
                        || (duration.getSeconds() == maxSeconds && duration.getNanos() == 0));
    }

    /** Of a duration that is valid. */
    static long nanos(Duration duration) {
        return duration.getSeconds() * NANOS_PER_SECOND + duration.getNanos();
    }
}
