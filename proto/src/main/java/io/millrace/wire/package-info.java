/**
 * How messages that carry record batches get on and off gRPC without needless copies. What goes over the wire is plain
 * protobuf, so that any client can speak it; only the number of times that a batch is copied on the way differs.
 *
 * <p>Uses gRPC and protobuf; the broker and the client bind their hot methods with it ({@link
 * io.millrace.wire.BulkMethods}).
 *
 * <p>Thread model: none of its own; everything here is safe to share.
 */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
