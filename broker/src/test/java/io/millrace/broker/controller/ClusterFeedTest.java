package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterFeedTest {

    private final VirtualTime time = new VirtualTime();
    private final EventLoop loop = time.loop();
    private final InMemoryTree tree = new InMemoryTree();
    private final InMemoryCoordinator outsider = tree.connect(loop);
    private final InMemoryCoordinator coordinator = tree.connect(loop);
    private final ClusterFeed feed = new ClusterFeed(coordinator, "c", loop);
    private final List<ClusterImage> published = new ArrayList<>();

    @BeforeEach
    void makeTheTree() {
        outsider.commit(List.of(
                new Operation.Create(Paths.BROKERS, "", false),
                new Operation.Create(Paths.TOPICS, "", false),
                new Operation.Create(Paths.broker(1), "", false),
                new Operation.Create(Paths.broker(2), "", false),
                live(1)));
        time.settle();
    }

    @Test
    void itIsReadyWithItsFirstImageAndNotBefore() {
        feed.listen(published::add);
        assertThat(feed.ready().toCompletableFuture()).isNotDone();

        feed.start();
        time.settle();

        assertThat(feed.ready().toCompletableFuture()).isDone();
        assertThat(feed.image().brokers()).containsOnlyKeys(1);
        assertThat(published).containsExactly(feed.image());
    }

    @Test
    void whatChangesTogetherIsPublishedTogether() {
        feed.start();
        feed.listen(published::add);
        time.settle();
        published.clear();

        outsider.commit(List.of(live(2), new Operation.Delete(Paths.live(1, 1), 0)));
        time.settle();

        assertThat(published)
                .singleElement()
                .satisfies(image -> assertThat(image.brokers()).containsOnlyKeys(2));
    }

    @Test
    void whoListensLateIsToldOfThePresentImage() {
        feed.start();
        time.settle();

        feed.listen(published::add);
        time.settle();

        assertThat(published).containsExactly(feed.image());
    }

    @Test
    void whatHappenedWhileTheSessionWasLostIsSeenAfterwards() {
        feed.start();
        time.settle();
        coordinator.suspend();
        coordinator.expireSession();
        outsider.commit(List.of(live(2), new Operation.Delete(Paths.live(1, 1), 0)));
        time.settle();
        assertThat(feed.image().brokers()).as("the last that was known").containsOnlyKeys(1);

        coordinator.reconnect();
        time.settle();

        assertThat(feed.image().brokers()).containsOnlyKeys(2);
    }

    @Test
    void aClosedFeedPublishesNoMore() {
        feed.start();
        time.settle();
        feed.listen(published::add);
        feed.close();
        time.settle();
        published.clear();

        outsider.commit(List.of(live(2)));
        time.settle();

        assertThat(published).isEmpty();
    }

    private static Operation live(int id) {
        return new Operation.Create(
                Paths.live(id, 1), NodeCodec.encode(new LiveNode(id, 1, new TreeMap<>(), null)), false);
    }
}
