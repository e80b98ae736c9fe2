package io.millrace.lab.roundtrip;

/**
 * What became of one file's lines. The first line read back decides what counts as lost or reordered; later copies of
 * it count as duplicated only.
 *
 * @param file the file's name
 * @param partition where its lines were to go
 * @param lines how many lines it has
 * @param readBack records that came back with its keys, copies included
 * @param lost lines that did not come back
 * @param duplicated records beyond the first for a line
 * @param reordered lines that came back after a later line of the same file
 * @param altered records whose bytes are not their line's
 * @param originalSha256 of the file
 * @param rebuiltSha256 of the values, one behind the other as they came back
 */
public record FileReport(
        String file,
        int partition,
        long lines,
        long readBack,
        long lost,
        long duplicated,
        long reordered,
        long altered,
        String originalSha256,
        String rebuiltSha256) {

    /** Whether the file was rebuilt byte for byte. */
    public boolean isEqual() {
        return originalSha256.equals(rebuiltSha256);
    }
}
