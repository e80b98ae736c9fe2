package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.log.memory.CrashableDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes on disk, so that a change of a format is seen for what it is: one that needs a new version. */
class FileFormatTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void epochs() {
        EpochHistory history = EpochHistory.empty().plus(0, 0).plus(7, 123_456_789_012L);
        String golden = "4d45504f000000016d45ebe6" // magic, version, CRC
                + "0000000000000000000000002b60b55d"
                + "000000070000001cbe991a142c25467d";

        assertThat(hex(EpochFile.encode(history))).isEqualTo(golden);
        assertThat(EpochFile.decode(ByteBuffer.wrap(HEX.parseHex(golden)))).contains(history);
    }

    @Test
    void index() throws Exception {
        OffsetIndex index = new OffsetIndex(100);
        index.add(105, 4096, 1_700_000_000_000L);
        index.add(260, 9000, 1_700_000_000_999L);
        SegmentEnd end = new SegmentEnd(300, 12_000, 1_700_000_001_000L);
        String golden = "4d4944580000000100000000000000640000000000" // magic, version, base offset, end offset
                + "00012c00002ee00000018bcfe56be800000002" // ..., bytes, largest timestamp, number of entries
                + "99dff0b6b428e0a0" // CRCs of entries and header
                + "0000000000000069000010000000018bcfe56800"
                + "0000000000000104000023280000018bcfe56be7";

        assertThat(hex(IndexFile.encode(100, end, index))).isEqualTo(golden);
        CrashableDisk disk = new CrashableDisk();
        disk.put("an.index", HEX.parseHex(golden));
        assertThat(IndexFile.readEnd(disk, "an.index", 100)).contains(end);
        assertThat(IndexFile.readEnd(disk, "an.index", 101)).isEmpty();
        OffsetIndex read = IndexFile.read(disk, "an.index", 100, 12_000, 100).orElseThrow();
        assertThat(hex(IndexFile.encode(100, end, read))).isEqualTo(golden);
        assertThat(IndexFile.read(disk, "an.index", 100, 12_001, 100)).isEmpty();
    }

    @Test
    void producers() {
        List<ProducedBatch> batches = List.of(
                new ProducedBatch(5, (short) 1, Integer.MAX_VALUE, 2, 100),
                new ProducedBatch(123_456_789_012L, (short) 0, 0, 3, 102));
        String golden = "4d50524f00000001000000000000007800000002" // magic, version, end offset, number of batches
                + "000000000000000500017fffffff000000020000000000000064"
                + "0000001cbe991a14000000000000000000030000000000000066"
                + "0db97aae";

        assertThat(hex(ProducerFile.encode(120, batches))).isEqualTo(golden);
        ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(golden));
        assertThat(ProducerFile.decode(120, bytes).orElseThrow().remembered()).isEqualTo(batches);
        assertThat(ProducerFile.decode(121, bytes)).isEmpty();
    }

    @Test
    void recoveryPoint() throws Exception {
        CrashableDisk disk = new CrashableDisk();
        RecoveryPointFile file = new RecoveryPointFile(disk, "d");
        assertThat(file.read()).isEmpty();
        file.write(5);
        file.write(123_456_789_012L);

        String bytes = HEX.formatHex(disk.bytes("d/recovery-point"));
        assertThat(bytes.substring(0, 48)).isEqualTo("4d52503100000000000000020000001cbe991a1460ffedd0");
        assertThat(bytes.substring(2 * 512)).isEqualTo("4d525031000000000000000100000000000000058c84c8df");
        assertThat(new RecoveryPointFile(disk, "d").read()).hasValue(123_456_789_012L);
    }

    @Test
    void metadata() throws Exception {
        Map<String, String> values = Map.of("brokerId", "1", "clusterId", "c", "directoryId", "d");
        String golden = "formatVersion=1\nbrokerId=1\nclusterId=c\ndirectoryId=d\ncrc32c=5ed0c771\n";

        assertThat(StandardCharsets.UTF_8.decode(MetaFile.encode(values)).toString())
                .isEqualTo(golden);
        assertThat(MetaFile.decode("a file", StandardCharsets.UTF_8.encode(golden)))
                .containsAllEntriesOf(values);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HEX.formatHex(copy);
    }
}
