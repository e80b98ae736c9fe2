package io.millrace.broker.log;

import java.util.Optional;

/**
 * What an inspection found.
 *
 * @param digest of all batches up to the defect, or of all; its end is the log end offset
 * @param defect where the inspection had to stop
 */
public record LogSummary(LogDigest digest, long batches, long records, int lastEpoch, Optional<LogDefect> defect) {}
