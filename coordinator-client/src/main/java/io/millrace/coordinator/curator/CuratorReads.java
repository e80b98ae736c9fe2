package io.millrace.coordinator.curator;

import io.millrace.coordinator.Node;
import io.millrace.coordinator.curator.OpenStages.OpenStage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Questions that may be asked twice, and are, with growing pauses, while there is no connection. On Curator's handle
 * rather than by Curator's own calls: those wait a whole second where the first connection takes some milliseconds.
 */
final class CuratorReads {

    private static final int TRIES = 8;
    private static final long FIRST_PAUSE_MS = 50;

    /** Sends one question, whose answer comes on a thread that must not be held up. */
    private interface Question<T> {
        void ask(ZooKeeper handle, Answer<T> answer);
    }

    /** Where the answer goes; {@code value} counts only if {@code resultCode} is a success. */
    private interface Answer<T> {
        void take(int resultCode, T value);
    }

    private final CuratorFramework client;
    private final RootPath root;
    private final OpenStages stages;
    private final CallbackThread callbacks;

    CuratorReads(CuratorFramework client, RootPath root, OpenStages stages, CallbackThread callbacks) {
        this.client = client;
        this.root = root;
        this.stages = stages;
        this.callbacks = callbacks;
    }

    CompletionStage<Optional<Node>> node(String path) {
        String full = root.full(path);
        return ask((handle, answer) -> handle.getData(
                full,
                false,
                (code, asked, context, data, stat) ->
                        answer.take(code, stat == null ? Optional.empty() : Optional.of(node(path, data, stat))),
                null));
    }

    CompletionStage<List<String>> children(String path) {
        String full = root.full(path);
        return ask((handle, answer) -> handle.getChildren(
                full,
                false,
                (AsyncCallback.ChildrenCallback) (code, asked, context, names) -> answer.take(
                        code,
                        names == null ? List.of() : names.stream().sorted().toList()),
                null));
    }

    /** Completes with true, for there is no value that means nothing. */
    CompletionStage<Boolean> sync() {
        return ask(
                (handle, answer) -> handle.sync(root.root(), (code, asked, context) -> answer.take(code, true), null));
    }

    /** Makes one node unless it is there. */
    CompletionStage<Boolean> make(String fullPath) {
        return ask((handle, answer) -> handle.create(
                fullPath,
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (AsyncCallback.StringCallback) (code, asked, context, name) -> answer.take(code, true),
                null));
    }

    static Node node(String path, byte @Nullable [] data, Stat stat) {
        String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
        return new Node(path, text, stat.getVersion(), stat.getCzxid(), stat.getMzxid(), stat.getEphemeralOwner());
    }

    private <T> CompletionStage<T> ask(Question<T> question) {
        OpenStage<T> stage = stages.open();
        ask(question, stage, 1);
        return stage.stage();
    }

    private <T> void ask(Question<T> question, OpenStage<T> stage, int number) {
        try {
            question.ask(
                    client.getZookeeperClient().getZooKeeper(),
                    (code, value) -> callbacks.execute(() -> settle(question, stage, number, Code.get(code), value)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callbacks.execute(() -> stage.fail(e));
        } catch (Exception e) {
            callbacks.execute(() -> retry(question, stage, number, e));
        }
    }

    private <T> void settle(Question<T> question, OpenStage<T> stage, int number, Code code, T value) {
        switch (code) {
            case OK, NONODE, NODEEXISTS -> stage.complete(value);
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT ->
                retry(question, stage, number, KeeperException.create(code));
            default -> stage.fail(KeeperException.create(code));
        }
    }

    private <T> void retry(Question<T> question, OpenStage<T> stage, int number, Exception why) {
        if (stage.isDone()) {
            return;
        }
        if (number == TRIES) {
            stage.fail(why);
        } else {
            callbacks.executeAfter(FIRST_PAUSE_MS << (number - 1), () -> ask(question, stage, number + 1));
        }
    }
}
