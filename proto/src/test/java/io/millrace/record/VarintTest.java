package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VarintTest {

    /** Both sides of every place where one more bit, and so now and then one more byte, is needed. */
    static LongStream edges() {
        return IntStream.range(0, 64)
                .mapToLong(bit -> 1L << bit)
                .flatMap(power -> LongStream.of(power - 1, power, -power, -power - 1));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aLongIsWrittenAsKafkaWritesItAndReadBack(long value) {
        ByteBuffer kafkas = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, kafkas);
        ByteBuffer ours = ByteBuffer.allocate(10);
        Varint.writeLong(value, ours);

        assertThat(ours.flip()).isEqualTo(kafkas.flip());
        assertThat(Varint.sizeInBytes(value)).isEqualTo(ours.limit());
        assertThat(Varint.readLong(ours)).isEqualTo(value);
        assertThat(ours.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("edges")
    void anIntIsWrittenAsKafkaWritesItAndReadBack(long edge) {
        int value = (int) edge;
        ByteBuffer kafkas = ByteBuffer.allocate(5);
        ByteUtils.writeVarint(value, kafkas);
        ByteBuffer ours = ByteBuffer.allocate(5);
        Varint.writeInt(value, ours);

        assertThat(ours.flip()).isEqualTo(kafkas.flip());
        assertThat(Varint.readInt(ours)).isEqualTo(value);
        assertThat(ours.hasRemaining()).isFalse();
    }

    @Test
    void anIntOfSixBytesIsRefused() {
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> Varint.readInt(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0)))
                .withMessageContaining("more than 5 bytes");
    }

    @Test
    void anIntThatNeedsA33rdBitIsRefusedRatherThanCut() {
        assertThat(Varint.readInt(bytes(0xff, 0xff, 0xff, 0xff, 0x0f))).isEqualTo(Integer.MIN_VALUE);
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> Varint.readInt(bytes(0xff, 0xff, 0xff, 0xff, 0x1f)))
                .withMessageContaining("32 bits");
    }

    @Test
    void aLongOfElevenBytesIsRefused() {
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> Varint.readLong(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0)))
                .withMessageContaining("more than 10 bytes");
    }

    @Test
    void aLongThatNeedsA65thBitIsRefusedRatherThanCut() {
        assertThat(Varint.readLong(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)))
                .isEqualTo(Long.MIN_VALUE);
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> Varint.readLong(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2)))
                .withMessageContaining("64 bits");
    }

    @Test
    void aNumberThatDoesNotEndIsRefused() {
        assertThatExceptionOfType(CorruptBatchException.class)
                .isThrownBy(() -> Varint.readInt(bytes(0x80, 0x80)))
                .withMessageContaining("end within");
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        IntStream.of(values).forEach(value -> bytes.put((byte) value));
        return bytes.flip();
    }
}
