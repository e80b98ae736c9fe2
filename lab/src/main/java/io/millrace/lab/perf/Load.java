package io.millrace.lab.perf;

/**
 * What is to be written.
 *
 * @param topic exists
 * @param recordBytes of each value, 16 to 16 MiB
 * @param ratePerS records per second, at their due times however slow the answers are; 0 for as many as there is room for
 * @param records how many; {@link Long#MAX_VALUE} where only the time counts
 * @param durationNs how long at most
 */
public record Load(String topic, int recordBytes, long ratePerS, long records, long durationNs) {
    static final int MIN_RECORD_BYTES = 16;
    private static final int MAX_RECORD_BYTES = 16 << 20;

    public Load {
        require(
                recordBytes >= MIN_RECORD_BYTES && recordBytes <= MAX_RECORD_BYTES,
                "records of " + recordBytes + " bytes: " + MIN_RECORD_BYTES + " to " + MAX_RECORD_BYTES
                        + " are possible");
        require(ratePerS >= 0, "a rate of " + ratePerS + " records per second");
        require(records > 0, records + " records are none to measure");
        require(durationNs > 0, "no time to measure in");
    }

    private static void require(boolean isGood, String otherwise) {
        if (!isGood) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** When a record is due after the begin, in nanoseconds, counted from 0; needs a rate. */
    long dueNs(long record) {
        return (long) (record * (1e9 / ratePerS));
    }
}
