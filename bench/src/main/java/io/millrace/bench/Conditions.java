package io.millrace.bench;

import io.millrace.bench.load.Rounded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** Under which conditions a comparison was made. */
final class Conditions {
    private static final int SYNCS = 100;
    private static final int SYNC_BYTES = 4096;

    private Conditions() {}

    /** Before anything runs. */
    static Map<String, Object> now(Path scratch) throws IOException {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.put("millrace", System.getProperty("bench.revision", "unknown"));
        conditions.put("kafka", AppInfoParser.getVersion());
        conditions.put("cores", Runtime.getRuntime().availableProcessors());
        conditions.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        conditions.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("memory", firstLine("/proc/meminfo").replaceFirst("^\\w+:\\s*", ""));
        conditions.put("fileSystem", Files.getFileStore(scratch).type());
        conditions.put("loadAverage", firstLine("/proc/loadavg"));
        conditions.put("diskSyncMedianMs", diskSyncMs(scratch));
        return conditions;
    }

    private static String firstLine(String file) throws IOException {
        return Files.readString(Path.of(file)).lines().findFirst().orElse("");
    }

    /** Of a small file that grows: what a sync costs here decides most of what fsync costs. */
    private static double diskSyncMs(Path scratch) throws IOException {
        List<Double> tookMs = new ArrayList<>();
        Path file = scratch.resolve("sync-probe");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                ByteBuffer block = ByteBuffer.allocate(SYNC_BYTES);
                while (block.hasRemaining()) {
                    channel.write(block);
                }
                long startNs = System.nanoTime();
                channel.force(false);
                tookMs.add((System.nanoTime() - startNs) / 1e6);
            }
        }
        Files.delete(file);
        return Rounded.of(Pairs.median(tookMs));
    }
}
