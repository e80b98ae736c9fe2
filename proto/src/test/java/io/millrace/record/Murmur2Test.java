package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Murmur2Test {

    /** For clients in other languages: the vectors of murmur2_v1. */
    @ParameterizedTest
    @CsvSource({
        "'', 275646681, 3",
        "a, -1563381124, 4",
        "21, -973932308, 0",
        "foobar, -790332482, 0",
        "a-little-bit-long-string, -985981536, 2",
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971, 5"
    })
    void theVectorsHold(String key, int hash, int partitionOfSix) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);

        assertThat(Utils.murmur2(bytes)).as("Kafka's").isEqualTo(hash);
        assertThat(Murmur2.hash(ByteBuffer.wrap(bytes))).isEqualTo(hash);
        assertThat(Murmur2.partitionOf(ByteBuffer.wrap(bytes), 6)).isEqualTo(partitionOfSix);
    }

    @Test
    void everyKeyHashesAsInKafkaWhateverBufferItIsIn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] key = new byte[i % 70];
            random.nextBytes(key);
            ByteBuffer direct = ByteBuffer.allocateDirect(key.length + 5).position(3);
            direct.put(key).flip().position(3);

            assertThat(Murmur2.hash(direct)).as("seed %d, key %d", seed, i).isEqualTo(Utils.murmur2(key));
            assertThat(Murmur2.partitionOf(ByteBuffer.wrap(key), 7))
                    .as("seed %d, key %d", seed, i)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key, 7));
            assertThat(direct.position()).isEqualTo(3);
        }
    }
}
