package io.millrace.broker.core.partition;

import io.millrace.broker.core.Refusal;

/** What a leader does with a batch by its producer's sequence. */
public sealed interface SequenceVerdict {

    /** It is what comes next, or names no producer: append it. */
    record Append() implements SequenceVerdict {}

    /** It is in the log already: answer as its original is answered, and append nothing. */
    record Duplicate(ProducedBatch original) implements SequenceVerdict {}

    /** It must not be appended; nothing has changed. */
    record Refused(Refusal refusal) implements SequenceVerdict {}
}
