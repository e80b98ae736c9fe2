package io.millrace.bench.load;

import java.time.Duration;

/**
 * How long a load runs.
 *
 * @param warmUp before anything is measured
 * @param window that is measured
 */
public record Timing(Duration warmUp, Duration window) {}
