package io.millrace.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The same values for both sides: letters, as {@code millrace perf} makes them. */
public final class Payloads {
    private static final int COUNT = 512;

    private Payloads() {}

    /** One in each line. */
    public static Path file(Path directory, int recordBytes) throws IOException {
        List<String> lines = new ArrayList<>();
        for (byte[] payload : of(recordBytes)) {
            lines.add(new String(payload, StandardCharsets.US_ASCII));
        }
        return Files.write(directory.resolve("payloads-" + recordBytes), lines);
    }

    static byte[][] of(int recordBytes) {
        Random random = new Random(1);
        byte[][] payloads = new byte[COUNT][recordBytes];
        for (byte[] payload : payloads) {
            for (int i = 0; i < recordBytes; i++) {
                payload[i] = (byte) ('A' + random.nextInt(26));
            }
        }
        return payloads;
    }
}
