/**
 * The bundled ZooKeeper: {@code millrace zookeeper} runs one server of it, alone or as a member of an ensemble.
 *
 * <p>For local clusters and small installations; brokers work as well with any ZooKeeper 3.9 ensemble. Beside the
 * Curator adapter this is the only package that sees ZooKeeper's types, and it sees only its server.
 *
 * <p>Thread model: the server runs on the main thread until a shutdown hook closes it.
 *
 * <p>Reading order: {@link io.millrace.cli.zookeeper.ZooKeeperCommand}, {@link
 * io.millrace.cli.zookeeper.EnsembleMember}, {@link io.millrace.cli.zookeeper.BundledZooKeeper}.
 */
@NullMarked
package io.millrace.cli.zookeeper;

import org.jspecify.annotations.NullMarked;
