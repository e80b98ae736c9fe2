/**
 * How fast a cluster is: writing, reading, and from the one to the other. Measures only, and judges nothing.
 *
 * <p>May use {@code client}. Latencies are counted from the moment at which a record was <em>due</em>, not from that at
 * which it was sent: a load that stands still because the cluster does would otherwise hide exactly what it waited for
 * (coordinated omission).
 *
 * <p>Thread model: a run belongs to the thread that calls it; answers come on the client's threads, and {@link
 * io.millrace.lab.perf.Meter} is safe for all of them.
 */
@NullMarked
package io.millrace.lab.perf;

import org.jspecify.annotations.NullMarked;
