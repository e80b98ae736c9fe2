package io.millrace.broker.log;

/**
 * Names the content of a stretch of a log: equal bytes, equal digest.
 *
 * @param startOffset inclusive
 * @param endOffset exclusive; the end of the last batch that was taken in
 * @param bytes how many were taken in
 * @param sha256 of the batches' bytes in order, in lower-case hex
 */
public record LogDigest(long startOffset, long endOffset, long bytes, String sha256) {}
