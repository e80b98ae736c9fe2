/**
 * The two clusters that are compared, as processes of this machine, behind one {@link io.millrace.bench.cluster.Cluster}.
 *
 * <p>Kafka runs as it is published: broker and ZooKeeper from its own class path, with the JVM flags and the
 * configuration of its own start scripts. What differs is named in {@link io.millrace.bench.cluster.KafkaFiles}. Millrace
 * runs as {@code millrace cluster up} runs it. This package speaks to both through their public clients only.
 *
 * <p>Everything that is started goes through {@link io.millrace.bench.cluster.Processes}, which ends it again. Nothing is
 * ever found by name, and {@link io.millrace.bench.cluster.Cluster#assertOwn} is asked before each load.
 *
 * <p>Thread model: one thread brings clusters up and drives them; {@code stop} may come from a shutdown hook. A writer
 * answers on its client's thread.
 */
@NullMarked
package io.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
