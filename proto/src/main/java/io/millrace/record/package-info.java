/**
 * The record-batch layout: how records look on the wire, in the log and between replicas. One byte format from producer
 * to disk to follower to consumer; nobody re-encodes a batch on the way.
 *
 * <p>Uses the JDK and the libraries of the codecs only, each of them loaded by the first batch that needs it; does no IO
 * beyond the buffers it is given, and may be used by every module.
 *
 * <p>Thread model: none of its own. Values ({@link io.millrace.record.Record}, {@link io.millrace.record.Header}) are
 * safe to share; a {@link io.millrace.record.RecordBatch} is safe to share as long as nobody stamps it; builders,
 * readers and splitters belong to one thread at a time.
 *
 * <p>Reading order: {@link io.millrace.record.BatchLayout} (the byte table), {@link io.millrace.record.RecordBatch} (a
 * view over one batch), {@link io.millrace.record.RecordReader}, {@link io.millrace.record.RecordBatchBuilder},
 * {@link io.millrace.record.BatchValidator} (what a leader demands), {@link io.millrace.record.BatchSplitter}.
 *
 * <p>Source: the RecordBatch v2 section of Apache Kafka's public protocol documentation.
 */
@NullMarked
package io.millrace.record;

import org.jspecify.annotations.NullMarked;
