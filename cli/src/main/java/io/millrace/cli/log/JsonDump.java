package io.millrace.cli.log;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.InspectedBatch;
import io.millrace.broker.log.LogSummary;
import io.millrace.cli.shell.Json;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For programs: one JSON object on a line for each batch, record and log; {@code kind} says which. */
final class JsonDump extends DumpFormat {
    private final PrintStream out;

    JsonDump(PrintStream out) {
        this.out = out;
    }

    @Override
    void batch(TopicPartition log, InspectedBatch inspected) {
        RecordBatch batch = inspected.batch();
        Map<String, Object> json = start("batch", log);
        json.put("file", inspected.file());
        json.put("position", inspected.position());
        json.put("baseOffset", batch.baseOffset());
        json.put("lastOffset", batch.lastOffset());
        json.put("leaderEpoch", batch.partitionLeaderEpoch());
        json.put("records", batch.recordCount());
        json.put("bytes", batch.sizeInBytes());
        json.put("codec", batch.codec().name());
        json.put("crcValid", inspected.isCrcValid());
        Json.print(out, json);
    }

    @Override
    void record(TopicPartition log, Record record) {
        Map<String, Object> json = start("record", log);
        json.put("offset", record.offset());
        json.put("timestampMs", record.timestampMs());
        put(json, "keyBase64", record.key());
        put(json, "valueBase64", record.value());
        Json.print(out, json);
    }

    @Override
    void unreadable(TopicPartition log, InspectedBatch batch, String why) {
        Map<String, Object> json = start("unreadable", log);
        json.put("baseOffset", batch.batch().baseOffset());
        json.put("why", why);
        Json.print(out, json);
    }

    @Override
    void end(TopicPartition log, LogSummary summary) {
        Map<String, Object> json = start("log", log);
        json.put("startOffset", summary.digest().startOffset());
        json.put("endOffset", summary.digest().endOffset());
        json.put("records", summary.records());
        json.put("batches", summary.batches());
        json.put("bytes", summary.digest().bytes());
        json.put("lastEpoch", summary.lastEpoch());
        json.put("sha256", summary.digest().sha256());
        summary.defect().ifPresent(defect -> json.put("defect", defect));
        Json.print(out, json);
    }

    private static Map<String, Object> start(String kind, TopicPartition log) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind);
        json.put("topicId", log.topicId());
        json.put("partition", log.partition());
        return json;
    }

    /** A null key or value is left out: it is not the same as an empty one. */
    private static void put(Map<String, Object> json, String name, @Nullable ByteBuffer bytes) {
        if (bytes != null) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            json.put(name, Base64.getEncoder().encodeToString(copy));
        }
    }
}
