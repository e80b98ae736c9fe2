package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.record.Codec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches that lie, sent to a whole broker by the call and by the stream: its log stays as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadBatchTest {

    private static final int MAX = Integer.MAX_VALUE;
    /** Has appended seven batches of one record in epoch 1. */
    private static final long PRODUCER = 7;

    private WholeBroker broker;
    private ProducerServiceGrpc.ProducerServiceBlockingStub calls;
    private StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream;
    private long frames;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = new WholeBroker(directory);
        calls = ProducerServiceGrpc.newBlockingStub(broker.client());
        for (int sequence = 0; sequence < 7; sequence++) {
            produce(of(PRODUCER, 1, sequence));
        }
        stream = new StreamCall<>(true);
        var unused = ProducerServiceGrpc.newStub(broker.client()).produceStream(stream);
        stream.message(0);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private record Case(String what, String reason, ByteBuffer batch) {
        @Override
        public String toString() {
            return what + ": " + reason;
        }
    }

    @ParameterizedTest
    @MethodSource({"headersThatLie", "recordsThatAreNone", "codecs", "sequences"})
    void aBatchThatLiesIsRefusedAndLeavesTheLogAsItWas(Case bad) {
        String before = broker.logDigest();

        Errors errors = Errors.of(() -> produce(bad.batch()));
        stream.send(ProduceStreamRequest.newBuilder()
                .setFrameId(++frames)
                .setBatch(to(bad.batch()))
                .build());

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_" + bad.reason());
        assertThat(stream.message((int) frames).getResult().getError().getDetail())
                .isEqualTo(errors.detail());
        broker.assertServes(before);
    }

    static List<Case> headersThatLie() {
        return List.of(
                bad("no record", Crafted.batch(b -> b.putInt(Crafted.COUNT, 0))),
                bad("a negative count", Crafted.batch(b -> b.putInt(Crafted.COUNT, -1))),
                bad("a count too high", Crafted.over(Codec.NONE, 2, aRecord())),
                bad("the highest count", Crafted.over(Codec.NONE, MAX, aRecord())),
                bad("a delta that is not the count's", Crafted.batch(b -> b.putInt(Crafted.LAST_OFFSET_DELTA, MAX))),
                bad("a negative delta", Crafted.batch(b -> b.putInt(Crafted.LAST_OFFSET_DELTA, -1))),
                bad("the earliest time", Crafted.batch(b -> b.putLong(Crafted.BASE_TIMESTAMP, Long.MIN_VALUE))),
                bad(
                        "a time that overflows",
                        Crafted.batch(b -> b.putLong(Crafted.BASE_TIMESTAMP, Long.MAX_VALUE)
                                .putLong(Crafted.MAX_TIMESTAMP, Long.MAX_VALUE))),
                bad("a maximum that no record has", Crafted.batch(b -> b.putLong(Crafted.MAX_TIMESTAMP, 9_999_999))),
                bad("a time after the year 9999", at(253_402_300_800_000L)),
                bad("a producer below -1", Crafted.batch(b -> b.putLong(Crafted.PRODUCER_ID, -2))),
                bad("a producer without an epoch", Crafted.batch(b -> b.putLong(Crafted.PRODUCER_ID, 5))),
                bad("a sequence without a producer", Crafted.batch(b -> b.putInt(Crafted.BASE_SEQUENCE, 5))),
                bad("log append time", Crafted.batch(b -> b.putShort(Crafted.ATTRIBUTES, (short) 0x08))),
                bad("a transaction", Crafted.batch(b -> b.putShort(Crafted.ATTRIBUTES, (short) 0x10))),
                bad("a control batch", Crafted.batch(b -> b.putShort(Crafted.ATTRIBUTES, (short) 0x20))),
                bad("an unknown attribute", Crafted.batch(b -> b.putShort(Crafted.ATTRIBUTES, (short) 0x4000))));
    }

    static List<Case> recordsThatAreNone() {
        byte[] negative = {1, 0, 0, 0};
        // Length, attributes, two deltas, no key, no value, and then a count of headers.
        byte[] manyHeaders = {22, 0, 0, 0, 1, 1, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15, 0};
        return List.of(
                bad("garbage", Crafted.over(Codec.NONE, 1, new byte[] {42, 42, 42, 42})),
                bad("nothing", Crafted.over(Codec.NONE, 1, new byte[0])),
                bad("a negative length", Crafted.over(Codec.NONE, 1, negative)),
                bad("two billion headers", Crafted.over(Codec.NONE, 1, manyHeaders)),
                bad("a number that does not end", Crafted.over(Codec.NONE, 1, filled(100, (byte) 0x80))),
                bad("more behind the last record", Crafted.over(Codec.NONE, 1, joined(aRecord(), new byte[1]))));
    }

    static List<Case> codecs() {
        byte[] gzipped = Crafted.gzip(aRecord());
        byte[] zstd = Crafted.records(Requests.batch(Codec.ZSTD, "value"));
        // A record of 1 GiB, as it says itself, in 32 KiB.
        byte[] oneGiB =
                Crafted.zstdBomb(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8}, (byte) 0, 1 << 13);
        byte[] zeros = Crafted.zstdBomb(new byte[] {0}, (byte) 0, 1 << 13);
        return Stream.concat(
                        Stream.of(
                                new Case(
                                        "1 GiB in one record", "RECORD_TOO_LARGE", Crafted.over(Codec.ZSTD, 1, oneGiB)),
                                bad("1 GiB of zeros", Crafted.over(Codec.ZSTD, MAX, zeros)),
                                bad("gzip in gzip", Crafted.over(Codec.GZIP, 1, Crafted.gzip(gzipped))),
                                bad("gzip under the name of zstd", Crafted.over(Codec.ZSTD, 1, gzipped)),
                                bad("zstd behind gzip", Crafted.over(Codec.GZIP, 1, joined(gzipped, zstd))),
                                new Case(
                                        "a codec that there is not",
                                        "UNSUPPORTED_COMPRESSION",
                                        Crafted.batch(b -> b.putShort(Crafted.ATTRIBUTES, (short) 6)))),
                        Stream.of(Codec.GZIP, Codec.SNAPPY, Codec.LZ4, Codec.ZSTD)
                                .map(codec -> {
                                    byte[] whole = Crafted.records(Requests.batch(codec, "value".repeat(100)));
                                    return bad(
                                            "half of " + codec,
                                            Crafted.over(codec, 1, Arrays.copyOf(whole, whole.length / 2)));
                                }))
                .toList();
    }

    static List<Case> sequences() {
        return List.of(
                new Case("a gap", "OUT_OF_ORDER_SEQUENCE", of(PRODUCER, 1, 9)),
                // Sequences go on at 0 after the last one, so that one is behind and not ahead.
                new Case("the last sequence", "DUPLICATE_SEQUENCE", of(PRODUCER, 1, MAX)),
                new Case("long ago", "DUPLICATE_SEQUENCE", of(PRODUCER, 1, 0)),
                new Case("an epoch that is over", "FENCED_PRODUCER_EPOCH", of(PRODUCER, 0, 7)),
                new Case("an epoch that does not begin at 0", "OUT_OF_ORDER_SEQUENCE", of(PRODUCER, 2, 7)),
                new Case("a producer that nobody knows", "UNKNOWN_PRODUCER_ID", of(Long.MAX_VALUE, 0, 1)));
    }

    @Test
    void aBatchThatIsSentAgainIsAnsweredAndNotStoredAgain() {
        String before = broker.logDigest();

        produce(of(PRODUCER, 1, 6));

        broker.assertServes(before);
    }

    @Test
    void aRecordWithAHundredThousandHeadersIsStoredAndReadBack() {
        ProduceRequest.Builder request = Requests.produce(0).toBuilder();
        var record = request.getBatchBuilder().getRecordsBuilder().getRecordsBuilder(0);
        for (int i = 0; i < 100_000; i++) {
            record.addHeadersBuilder();
        }

        long offset = calls.produce(request.build()).getBaseOffset();

        FetchResponse read = ConsumerServiceGrpc.newBlockingStub(broker.client())
                .fetch(Requests.fetch(0, offset).toBuilder()
                        .setFormat(FetchFormat.FETCH_FORMAT_RECORDS)
                        .build());
        assertThat(read.getRecords(0).getHeadersCount()).isEqualTo(100_000);
    }

    private Object produce(ByteBuffer batch) {
        return calls.produce(Requests.produceEncoded(batch));
    }

    private static PartitionBatch to(ByteBuffer batch) {
        return PartitionBatch.newBuilder()
                .setTopic(Clusters.TOPIC)
                .setPartition(0)
                .setBatch(ByteString.copyFrom(batch.duplicate()))
                .build();
    }

    private static Case bad(String what, ByteBuffer batch) {
        return new Case(what, "BAD_RECORD", batch);
    }

    private static ByteBuffer of(long producer, int epoch, int sequence) {
        return Crafted.batch(b -> b.putLong(Crafted.PRODUCER_ID, producer)
                .putShort(Crafted.PRODUCER_EPOCH, (short) epoch)
                .putInt(Crafted.BASE_SEQUENCE, sequence));
    }

    private static ByteBuffer at(long timestampMs) {
        return Crafted.batch(
                b -> b.putLong(Crafted.BASE_TIMESTAMP, timestampMs).putLong(Crafted.MAX_TIMESTAMP, timestampMs));
    }

    private static byte[] aRecord() {
        return Crafted.records(Requests.batch(Codec.NONE, "value"));
    }

    private static byte[] filled(int size, byte value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
