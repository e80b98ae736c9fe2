/**
 * What Millrace keeps in the coordination service: the paths of the tree, the value of each node as a record, and the
 * JSON in which an operator reads them with {@code zkCli}.
 *
 * <p>{@link io.millrace.coordinator.tree.Paths} is the map; docs/coordination.md shows it live. Unknown JSON fields are
 * ignored, so that a newer broker may add some; a value that cannot be read is a
 * {@link io.millrace.coordinator.tree.MalformedNodeException}, never a default.
 */
@NullMarked
package io.millrace.coordinator.tree;

import org.jspecify.annotations.NullMarked;
