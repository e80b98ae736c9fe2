package io.millrace.lab.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.TopicPartition;
import org.junit.jupiter.api.Test;

class SoundnessTest {

    private static final TopicPartition PARTITION = new TopicPartition("AAAAAAAAAAAAAAAAAAAAAA", 0);

    private final Soundness soundness = new Soundness();

    @Test
    void whatWasLostIsMadeUpForByALaterProcessThatJoins() {
        soundness.onLost(PARTITION, 1, 3);
        assertThat(soundness.isSound(PARTITION, 1)).isFalse();
        assertThat(soundness.isSound(PARTITION, 2)).isTrue();

        soundness.onJoined(PARTITION, 1, 4);

        assertThat(soundness.isSound(PARTITION, 1)).isTrue();
    }

    /** Swarm seed 4000800: it was proposed before its power was cut, and recorded after that. */
    @Test
    void whoIsRecordedAsAMemberAfterItHasLostAllHasNotJoinedAnew() {
        soundness.onLost(PARTITION, 1, 3);

        soundness.onJoined(PARTITION, 1, 3);

        assertThat(soundness.isSound(PARTITION, 1)).isFalse();
    }

    @Test
    void damageStaysUntilItIsDeletedHoweverOftenItJoins() {
        soundness.onDamage(PARTITION, 1);
        soundness.onJoined(PARTITION, 1, 4);
        assertThat(soundness.isSound(PARTITION, 1)).isFalse();

        soundness.onDeleted(PARTITION, 1, 4);
        assertThat(soundness.isDamaged(PARTITION, 1)).isFalse();
        assertThat(soundness.isSound(PARTITION, 1)).isFalse();
        soundness.onJoined(PARTITION, 1, 5);

        assertThat(soundness.isSound(PARTITION, 1)).isTrue();
    }
}
