package io.millrace.cli.shell;

import io.millrace.record.Codec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;

/** The codecs as an option names them, for its help and for the shell's completion. */
public final class CodecNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(Codec.values())
                .map(codec -> codec.name().toLowerCase(Locale.ROOT))
                .iterator();
    }
}
