/**
 * A disk in memory that can lose power: what the simulator and the tests of recovery put behind
 * {@link io.millrace.broker.log.Disk}. In the main code because {@code lab} is built on it, as on the coordinator in memory.
 *
 * <p>May use the ports of {@code log}; nothing of a running broker uses it.
 *
 * <p><b>Threads.</b> Any: a disk is guarded by its own monitor.
 */
@NullMarked
package io.millrace.broker.log.memory;

import org.jspecify.annotations.NullMarked;
