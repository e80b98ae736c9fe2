/**
 * The history of a run: who asked for what, what was answered, and what brokers did, one JSON object a line. Simulated and
 * real runs write the same, and one checker reads both ({@code history.check}). The format is told field by field in
 * docs/history.md.
 *
 * <p>May use Jackson and nothing else of the project: histories of a cluster are read where there is none.
 *
 * <p>Thread model: events are values. {@link io.millrace.lab.history.HistoryWriter} and
 * {@link io.millrace.lab.history.HistoryReader} belong to one thread each;
 * {@link io.millrace.lab.history.HistoryRecorder} is safe for threads and has one of its own that writes.
 *
 * <p>Reading order: {@code HistoryEvent}, {@code ClientEvent}, {@code GroupEvent}, {@code BrokerEvent},
 * {@code HistorySink}, {@code HistoryRecorder}, {@code HistoryReader}.
 */
@NullMarked
package io.millrace.lab.history;

import org.jspecify.annotations.NullMarked;
