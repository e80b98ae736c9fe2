/**
 * A cluster as the laboratory sees it: its processes behind a port, and the state of a topic from outside.
 *
 * <p>{@link io.millrace.lab.cluster.ClusterProcesses} is how faults reach processes; whoever starts clusters implements
 * it (the command line does, for the clusters of one machine). {@link io.millrace.lab.cluster.TopicState} is what the
 * brokers say of a topic at one moment, {@link io.millrace.lab.cluster.TopicWatch} waits for what they should say,
 * {@link io.millrace.lab.cluster.CalmWatch} for a cluster in which nothing is going on.
 *
 * <p>May use {@code client} and the stubs of {@code proto}. Thread model: values, and objects of one thread.
 */
@NullMarked
package io.millrace.lab.cluster;

import org.jspecify.annotations.NullMarked;
