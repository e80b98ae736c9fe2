/**
 * A cluster on this machine, of real processes on loopback: {@code millrace cluster up|down|status|kill|start|pause|resume}.
 *
 * <p>The processes outlive the command that started them. What it started is recorded in the cluster's directory, each
 * process by pid and start time, and only what is recorded there and still is that process is ever ended. A broker is
 * this same command run as {@code millrace broker}, so nothing here knows how one works; it is asked over its public
 * API whether it is ready.
 *
 * <p>May use the processes, files and ports of this machine, and the gRPC stubs. Thread model: the main thread; a file
 * lock keeps two commands on one directory apart.
 *
 * <p>Reading order: {@link io.millrace.cli.cluster.Layout}, {@link io.millrace.cli.cluster.Member}, {@link
 * io.millrace.cli.cluster.ClusterState}, {@link io.millrace.cli.cluster.LocalCluster}, then the commands.
 */
@NullMarked
package io.millrace.cli.cluster;

import org.jspecify.annotations.NullMarked;
