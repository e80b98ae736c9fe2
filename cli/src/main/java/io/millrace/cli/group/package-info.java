/**
 * {@code millrace group}: who is in a consumer group and how far it is; sets its offsets, and deletes it.
 *
 * <p>Uses the client and {@code io.millrace.cli.shell}; used by {@code io.millrace.cli.Main} alone, which sees {@link
 * io.millrace.cli.group.GroupCommand} only.
 *
 * <p>Thread model: the main thread; the signal to stop comes from another one.
 *
 * <p>Reading order: {@code GroupCommand}, {@code GroupDescribe}, {@code GroupText}, {@code GroupReset}, {@code
 * ResetTarget}.
 */
@NullMarked
package io.millrace.cli.group;

import org.jspecify.annotations.NullMarked;
