package io.millrace.record;

import static io.millrace.record.CraftedBatch.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every codec below the batch's checksum: sound bytes, and the bytes of those who computed one over garbage. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompressionTest {
    private static final long CAP = 1 << 20;
    private static final byte[] TEXT =
            CraftedBatch.ascii("one record, and another record, and one more record. ".repeat(4));

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsCompressedIsInflatedAndNoLargerThanItsBound(Codec codec) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] sizes = {0, 1, 2, 100, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 131_072, 300_000};
        for (int size : sizes) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            for (byte[] bytes : new byte[][] {new byte[size], noise}) {
                byte[] compressed = CompressedBytes.of(codec, bytes);

                assertThat(CompressedBytes.inflate(codec, compressed, size))
                        .as("seed %d, %d bytes", seed, size)
                        .isEqualTo(bytes);
                assertThat((long) compressed.length)
                        .isLessThanOrEqualTo(Compression.of(codec).maxCompressedBytes(size));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatFollowsTheCompressedBytesIsNotPassedOver(Codec codec) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] compressed = CompressedBytes.of(codec, TEXT);
        for (int count = 1; count < 40; count++) {
            byte[] noise = new byte[count];
            random.nextBytes(noise);
            assertMalformed(codec, concat(compressed, new byte[count]), "zeroes " + count);
            assertMalformed(codec, concat(compressed, noise), "seed " + seed + ", noise " + count);
        }
    }

    /** Kafka's own client reads the first lz4 frame only, and nobody writes the others. */
    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4"})
    void aSecondMemberIsNotPassedOver(Codec codec) {
        byte[] compressed = CompressedBytes.of(codec, TEXT);
        byte[] empty = CompressedBytes.of(codec, new byte[0]);

        assertMalformed(codec, concat(compressed, compressed), "twice");
        assertMalformed(codec, concat(compressed, empty), "with an empty one");
        assertMalformed(codec, concat(empty, compressed), "after an empty one");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "ZSTD"})
    void noBytesAtAllAreMalformed(Codec codec) {
        assertMalformed(codec, new byte[0], "nothing");
    }

    /** Only gzip has a checksum of its own; the others may inflate to something else, which the batch's checksum finds. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFlippedBitIsCorruptOrHarmlessAndNothingElse(Codec codec) {
        byte[] compressed = CompressedBytes.of(codec, TEXT);
        int corrupt = 0;
        for (int bit = 0; bit < compressed.length * Byte.SIZE; bit++) {
            byte[] flipped = compressed.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            byte[] inflated = inflateOrNothing(codec, flipped, "bit " + bit);
            if (inflated == null) {
                corrupt++;
            } else if (codec == Codec.GZIP) {
                assertThat(inflated).as("bit %d", bit).isEqualTo(TEXT);
            }
        }
        assertThat(corrupt).as("found by the codec itself").isGreaterThan(compressed.length);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void randomBytesAreCorruptOrInflatedAndNothingElse(Codec codec) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] sound = CompressedBytes.of(codec, TEXT);
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            // With a sound beginning, so that more than the first check is reached.
            byte[] bytes = concat(Arrays.copyOf(sound, random.nextInt(Math.min(40, sound.length))), noise);

            inflateOrNothing(codec, bytes, "seed " + seed + ", run " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void directBuffersAreInflatedToo(Codec codec) {
        byte[] compressed = CompressedBytes.of(codec, TEXT);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(compressed.length).put(compressed).flip();

        try (RecordBytes inflated = new InflatedBytes(Compression.of(codec), direct, CAP)) {
            assertThat(bytesOf(inflated.peek(TEXT.length + 1))).isEqualTo(TEXT);
        }
    }

    @Test
    void withoutACodecThereIsNothingToCompress() {
        assertThatIllegalArgumentException().isThrownBy(() -> Compression.of(Codec.NONE));
    }

    private static byte @Nullable [] inflateOrNothing(Codec codec, byte[] compressed, String what) {
        try {
            byte[] inflated = CompressedBytes.inflate(codec, compressed, CAP);
            assertThat((long) inflated.length).as(what).isLessThanOrEqualTo(CAP);
            return inflated;
        } catch (CorruptBatchException e) {
            assertThat(e.defect().what()).as(what).isNotBlank();
            return null;
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private static void assertMalformed(Codec codec, byte[] compressed, String what) {
        assertThatExceptionOfType(CorruptBatchException.class)
                .as(what)
                .isThrownBy(() -> CompressedBytes.inflate(codec, compressed, CAP))
                .satisfies(e -> assertThat(e.defect().kind()).isEqualTo(BatchDefect.Kind.MALFORMED));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
