package io.millrace.broker.log;

import io.millrace.record.RecordBatch;

/**
 * A batch that an inspection came to.
 *
 * @param file name of the segment's file
 * @param position of the batch in it
 * @param batch good until the inspection goes on
 * @param isCrcValid if not, this is the last batch of the inspection
 */
public record InspectedBatch(String file, long position, RecordBatch batch, boolean isCrcValid) {}
