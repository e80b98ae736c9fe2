package io.millrace.coordinator.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class IncarnationStorageTest {

    private final IncarnationStorage storage = new IncarnationStorage();

    @Test
    void aNodeMadeAgainHasNoPredecessorThoughItsVersionIsTheSame() {
        storage.put(node(5, "first"));

        assertThat(storage.put(node(9, "second"))).isEmpty();
        assertThat(storage.get("/t")).map(ChildData::getData).hasValue("second".getBytes(UTF_8));
    }

    @Test
    void aNodeThatStayedHasOne() {
        ChildData before = node(5, "first");
        storage.put(before);

        assertThat(storage.put(node(5, "first"))).containsSame(before);
    }

    private static ChildData node(long createdAt, String data) {
        Stat stat = new Stat();
        stat.setCzxid(createdAt);
        return new ChildData("/t", stat, data.getBytes(UTF_8));
    }
}
