package io.millrace.lab.perf;

/**
 * What is to be written.
 *
 * @param topic exists
 * @param recordBytes of each value, 16 or more
 * @param ratePerS records per second, at their due times however slow the answers are; 0 for as many as there is room for
 * @param records how many; {@link Long#MAX_VALUE} where only the time counts
 * @param durationNs how long at most
 */
public record Load(String topic, int recordBytes, long ratePerS, long records, long durationNs) {
    static final int MIN_RECORD_BYTES = 16;

    public Load {
        if (recordBytes < MIN_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "records of " + recordBytes + " bytes: there have to be " + MIN_RECORD_BYTES + " or more");
        }
        if (ratePerS < 0 || records < 1 || durationNs < 1) {
            throw new IllegalArgumentException("rate, number of records and time have to be positive");
        }
    }

    /** When a record is due after the begin, in nanoseconds, counted from 0; needs a rate. */
    long dueNs(long record) {
        return (long) (record * (1e9 / ratePerS));
    }
}
