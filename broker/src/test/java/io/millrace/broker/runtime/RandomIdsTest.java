package io.millrace.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomIdsTest {

    @Test
    void idsAreOfTheAgreedFormAndDiffer() {
        RandomIds ids = new RandomIds();
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            drawn.add(ids.topicId());
        }

        assertThat(drawn).hasSize(1000).allMatch(id -> id.matches("[A-Za-z0-9_-]{22}"));
    }
}
