/**
 * What all commands share: their streams, options, exit codes, tables, and how a failure becomes words.
 *
 * <p>Used by {@code io.millrace.cli} and every command package; uses picocli, Jackson, the names of the codecs
 * and the client's exception, and none of the commands.
 *
 * <p>Thread model: a command runs on the main thread; nothing here is safe for others.
 *
 * <p>Reading order: {@link io.millrace.cli.shell.Console}, {@link io.millrace.cli.shell.ConnectionOptions}, {@link
 * io.millrace.cli.shell.OutputOptions}, {@link io.millrace.cli.shell.CommandFailure}, {@link
 * io.millrace.cli.shell.Failure}.
 */
@NullMarked
package io.millrace.cli.shell;

import org.jspecify.annotations.NullMarked;
