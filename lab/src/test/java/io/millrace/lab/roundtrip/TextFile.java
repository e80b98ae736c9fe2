package io.millrace.lab.roundtrip;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** An original that lives in the test. */
record TextFile(String name, List<String> lines) implements OriginalFile {

    static TextFile of(String name, String... lines) {
        return new TextFile(name, List.of(lines));
    }

    @Override
    public int lineCount() {
        return lines.size();
    }

    @Override
    public byte[] line(int line) {
        return lines.get(line).getBytes(StandardCharsets.UTF_8);
    }
}
