/**
 * The process: configuration, wiring, start and stop order. The only package that sees all others, and seen by none.
 *
 * <p>{@link io.millrace.broker.server.ConfigLoader} turns a YAML file and the environment into a
 * {@link io.millrace.broker.server.BrokerConfig}, or says everything that is wrong with them at once: a broker that
 * starts with a misspelt key would run with a default that nobody chose.
 *
 * <p>May use everything; reading the configuration file is its one use of the file system.
 *
 * <p><b>Threads.</b> Start and stop run on the main thread; configuration is immutable afterwards.
 */
@NullMarked
package io.millrace.broker.server;

import org.jspecify.annotations.NullMarked;
