package io.millrace.broker.log;

import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a log: its file, and its index for as long as memory allows. A truncated segment gets a new object, so
 * that what readers of the old view find in the old one stays consistent in itself.
 */
final class Segment {
    private final long baseOffset;
    private final LazyFile file;
    private volatile SoftReference<OffsetIndex> index = new SoftReference<>(null);

    Segment(long baseOffset, LazyFile file) {
        this.baseOffset = baseOffset;
        this.file = file;
    }

    long baseOffset() {
        return baseOffset;
    }

    LazyFile file() {
        return file;
    }

    /** Null where it has to be loaded or built. */
    @Nullable
    OffsetIndex rememberedIndex() {
        return index.get();
    }

    void remember(OffsetIndex loaded) {
        index = new SoftReference<>(loaded);
    }
}
