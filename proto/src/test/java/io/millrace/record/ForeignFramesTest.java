package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/** Framings that we do not write: what clients in other languages send, and what nobody sends in good faith. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignFramesTest {
    private static final long CAP = 1 << 20;
    private static final byte[] TEXT = CraftedBatch.ascii("some text that repeats some text. ".repeat(3_000));

    @Test
    void aBareSnappyBlockIsRead() throws IOException {
        assertThat(CompressedBytes.inflate(Codec.SNAPPY, Snappy.compress(TEXT), CAP))
                .isEqualTo(TEXT);
    }

    @Test
    void aSnappyHeaderInTheOtherByteOrderIsRead() {
        byte[] framed = CompressedBytes.of(Codec.SNAPPY, TEXT);
        ByteBuffer.wrap(framed).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 1).putInt(12, 1);

        assertThat(CompressedBytes.inflate(Codec.SNAPPY, framed, CAP)).isEqualTo(TEXT);
    }

    @Test
    void aSnappyHeaderOfAnUnknownVersionIsMalformed() {
        byte[] framed = CompressedBytes.of(Codec.SNAPPY, TEXT);
        ByteBuffer.wrap(framed).putInt(8, 0);

        assertDefect(BatchDefect.Kind.MALFORMED, Codec.SNAPPY, framed);
    }

    @Test
    void aBareSnappyBlockBeyondTheCapIsTooLarge() throws IOException {
        byte[] block = Snappy.compress(TEXT);

        assertThat(CompressedBytes.inflate(Codec.SNAPPY, block, TEXT.length)).hasSize(TEXT.length);
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> CompressedBytes.inflate(Codec.SNAPPY, block, TEXT.length - 1))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.TOO_LARGE))
                .withMessageContaining("more than " + (TEXT.length - 1));
    }

    /** 2^31-1 as a varint, as the length that a bare block or a framed one begins with, and five bytes of a literal. */
    @Test
    void aSnappyBlockThatLiesAboutItsLengthAllocatesNothing() {
        byte[] lying = {-1, -1, -1, -1, 7, 16, 1, 2, 3, 4, 5};
        byte[] framed = ByteBuffer.allocate(20 + lying.length)
                .put(CompressedBytes.of(Codec.SNAPPY, new byte[0]))
                .putInt(lying.length)
                .put(lying)
                .array();

        long before = allocated();
        assertDefect(BatchDefect.Kind.MALFORMED, Codec.SNAPPY, lying);
        assertDefect(BatchDefect.Kind.MALFORMED, Codec.SNAPPY, framed);
        assertThat(allocated() - before).isLessThan(CAP);
    }

    @Test
    void aFramedSnappyBlockLongerThanWhatFollowsAllocatesNothing() {
        for (int length : new int[] {5, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0}) {
            byte[] framed = ByteBuffer.allocate(24)
                    .put(CompressedBytes.of(Codec.SNAPPY, new byte[0]))
                    .putInt(length)
                    .array();

            long before = allocated();
            assertDefect(BatchDefect.Kind.MALFORMED, Codec.SNAPPY, framed);
            assertThat(allocated() - before).as("length %d", length).isLessThan(CAP);
        }
    }

    @ParameterizedTest
    @EnumSource
    void lz4FramesWithLargerBlocksAndEveryChecksumAreRead(BLOCKSIZE blockSize) throws IOException {
        byte[] frame = lz4(
                blockSize,
                TEXT.length,
                Bits.BLOCK_INDEPENDENCE,
                Bits.CONTENT_SIZE,
                Bits.CONTENT_CHECKSUM,
                Bits.BLOCK_CHECKSUM);

        assertThat(CompressedBytes.inflate(Codec.LZ4, frame, CAP)).isEqualTo(TEXT);
    }

    /** Some bits say the same either way, such as which of two equal matches is meant. */
    @Test
    void anLz4FrameWithChecksumsInflatesToNothingElse() throws IOException {
        byte[] frame = lz4(BLOCKSIZE.SIZE_64KB, -1, Bits.BLOCK_INDEPENDENCE, Bits.CONTENT_CHECKSUM);
        int corrupt = 0;
        for (int bit = 0; bit < frame.length * Byte.SIZE; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            try {
                assertThat(CompressedBytes.inflate(Codec.LZ4, flipped, CAP))
                        .as("bit %d", bit)
                        .isEqualTo(TEXT);
            } catch (CorruptBatchException e) {
                corrupt++;
            }
        }
        assertThat(corrupt).as("bits found").isGreaterThan(7 * frame.length);
    }

    @Test
    void anLz4FrameThatLiesAboutItsContentSizeIsMalformed() throws IOException {
        byte[] frame = lz4(BLOCKSIZE.SIZE_64KB, TEXT.length + 1, Bits.BLOCK_INDEPENDENCE, Bits.CONTENT_SIZE);

        assertDefect(BatchDefect.Kind.MALFORMED, Codec.LZ4, frame);
    }

    @Test
    void lz4BlocksThatDependOnEachOtherAreNotSupported() {
        byte[] frame = CompressedBytes.of(Codec.LZ4, TEXT);
        frame[4] &= ~0x20;

        assertDefect(BatchDefect.Kind.UNSUPPORTED_CODEC, Codec.LZ4, frame);
    }

    @Test
    void anLz4FrameOfAnotherKindBeforeTheRecordsIsMalformed() {
        byte[] frame = CompressedBytes.of(Codec.LZ4, TEXT);
        ByteBuffer skippable = ByteBuffer.allocate(12 + frame.length).order(ByteOrder.LITTLE_ENDIAN);
        skippable.putInt(0x184d2a50).putInt(4).putInt(0).put(frame);

        assertDefect(BatchDefect.Kind.MALFORMED, Codec.LZ4, skippable.array());
    }

    @Test
    void aGzipHeaderMayHaveEveryFieldThatThereIs() {
        byte[] member = gzip(0x1f);

        assertThat(CompressedBytes.inflate(Codec.GZIP, member, CAP)).isEqualTo(TEXT);
        for (int size = 0; size < member.length; size++) {
            byte[] cut = Arrays.copyOf(member, size);
            assertDefect(BatchDefect.Kind.MALFORMED, Codec.GZIP, cut);
        }
    }

    @Test
    void aGzipHeaderAgainstItsChecksumIsMalformed() {
        byte[] member = gzip(0x1f);
        member[14] ^= 1;

        assertDefect(BatchDefect.Kind.MALFORMED, Codec.GZIP, member);
    }

    @Test
    void aGzipFlagWithoutAMeaningIsMalformed() {
        assertDefect(BatchDefect.Kind.MALFORMED, Codec.GZIP, gzip(0x20));
    }

    private static byte[] lz4(BLOCKSIZE blockSize, long contentSize, Bits... bits) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream out = new LZ4FrameOutputStream(frame, blockSize, contentSize, bits)) {
            out.write(TEXT);
        } catch (IOException e) {
            // Closing complains of a content size that lies, when all has been written.
            assertThat(contentSize).isNotEqualTo(TEXT.length);
        }
        return frame.toByteArray();
    }

    /** A member whose header has the flags, and in it those fields that 0x1f would ask for. */
    private static byte[] gzip(int flags) {
        byte[] plain = CompressedBytes.of(Codec.GZIP, TEXT);
        ByteBuffer member = ByteBuffer.allocate(plain.length + 400).order(ByteOrder.LITTLE_ENDIAN);
        member.put(plain, 0, 10).put(3, (byte) flags);
        member.putShort((short) 300).put(new byte[300]);
        member.put(CraftedBatch.ascii("name")).put((byte) 0);
        member.put(CraftedBatch.ascii("comment")).put((byte) 0);
        CRC32 crc = new CRC32();
        crc.update(member.array(), 0, member.position());
        member.putShort((short) crc.getValue());
        return CraftedBatch.bytesOf(member.put(plain, 10, plain.length - 10).flip());
    }

    private static void assertDefect(BatchDefect.Kind kind, Codec codec, byte[] compressed) {
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> CompressedBytes.inflate(codec, compressed, Long.MAX_VALUE))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(kind));
    }

    /** Bytes that this thread has ever allocated on the heap. */
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
