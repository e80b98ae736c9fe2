/**
 * The {@code millrace} command: its root. Each group of commands has a package of its own below this one, and what they
 * share is in {@code io.millrace.cli.shell}.
 *
 * <p>A new command is a class with {@code @Command} whose constructor takes a {@link io.millrace.cli.shell.Console};
 * {@link io.millrace.cli.Main} registers it. It implements {@code Callable<Integer>}, returns one of {@link
 * io.millrace.cli.shell.ExitCodes}, throws {@link io.millrace.cli.shell.CommandFailure} where there is something to
 * explain, mixes in {@link io.millrace.cli.shell.OutputOptions}, and shows an example in its footer.
 *
 * <p>Thread model: one command per process, on the main thread.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
