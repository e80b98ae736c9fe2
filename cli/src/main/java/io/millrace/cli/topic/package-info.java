/**
 * {@code millrace topic}: create, list, describe, delete.
 *
 * <p>Uses the client and {@code io.millrace.cli.shell}; used by {@code io.millrace.cli.Main} alone, which sees {@link
 * io.millrace.cli.topic.TopicCommand} only.
 *
 * <p>Thread model: the main thread.
 */
@NullMarked
package io.millrace.cli.topic;

import org.jspecify.annotations.NullMarked;
