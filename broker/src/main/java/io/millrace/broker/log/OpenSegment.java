package io.millrace.broker.log;

import java.io.IOException;

/** One segment of a view, with its file open, for the length of one read. */
record OpenSegment(LogView view, int number, DiskFile file) {

    long baseOffset() {
        return view.segments().get(number).baseOffset();
    }

    /** Exclusive. */
    long endOffset() {
        return view.endOffsetOf(number);
    }

    /** Where its batches end in the file; beyond that the active segment may be growing. */
    long bytes() throws IOException {
        return view.isActive(number) ? view.activeEnd().bytes() : file.sizeBytes();
    }

    /** Before the batch of an entry of its index. */
    BatchCursor cursorAt(OffsetIndex index, int entry, int chunkBytes) throws IOException {
        return entry == OffsetIndex.NONE
                ? cursor(chunkBytes)
                : new BatchCursor(file, index.positionAt(entry), index.offsetAt(entry), bytes(), chunkBytes);
    }

    /** Before its first batch. */
    BatchCursor cursor(int chunkBytes) throws IOException {
        return new BatchCursor(file, 0, baseOffset(), bytes(), chunkBytes);
    }

    /** Throws if its batches ended, at {@code position}, with an offset below {@code needed}, which is within it. */
    void requireReached(long needed, long ended, long position) throws BadBatchException {
        if (ended < Math.min(needed, endOffset())) {
            throw new BadBatchException(position, ended, "the segment ends here");
        }
    }
}
