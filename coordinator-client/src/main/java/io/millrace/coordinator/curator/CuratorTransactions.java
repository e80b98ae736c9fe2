package io.millrace.coordinator.curator;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.curator.OpenStages.OpenStage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Transactions, each sent once. */
final class CuratorTransactions {

    private static final CommitResult CLOSED = new CommitResult.Unknown("closed");

    private final CuratorFramework client;
    private final CuratorReads reads;
    private final RootPath root;
    private final TransactionCodec codec;
    private final OpenStages stages;
    private final Executor callbacks;
    private volatile boolean rootMade;

    CuratorTransactions(
            CuratorFramework client, CuratorReads reads, RootPath root, OpenStages stages, Executor callbacks) {
        this.client = client;
        this.reads = reads;
        this.root = root;
        this.codec = new TransactionCodec(root);
        this.stages = stages;
        this.callbacks = callbacks;
    }

    CompletionStage<CommitResult> commit(List<Operation> operations) {
        List<Op> ops = codec.encode(operations);
        OpenStage<CommitResult> stage = stages.open(CLOSED);
        if (stage.isDone()) {
            return stage.stage();
        }
        if (rootMade) {
            send(ops, stage);
        } else {
            makeRoot(ops, stage);
        }
        return stage.stage();
    }

    private void makeRoot(List<Op> ops, OpenStage<CommitResult> stage) {
        makeFrom(root.steps(), 0).whenComplete((done, failed) -> {
            if (failed == null) {
                rootMade = true;
                send(ops, stage);
            } else {
                unknown(stage, failed);
            }
        });
    }

    private CompletionStage<Boolean> makeFrom(List<String> steps, int next) {
        return reads.make(steps.get(next))
                .thenCompose(made ->
                        next + 1 == steps.size() ? CompletableFuture.completedFuture(made) : makeFrom(steps, next + 1));
    }

    private void send(List<Op> ops, OpenStage<CommitResult> stage) {
        try {
            ZooKeeper handle = client.getZookeeperClient().getZooKeeper();
            handle.multi(
                    ops, (rc, path, context, results) -> callbacks.execute(() -> settle(stage, rc, results)), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unknown(stage, e);
        } catch (Exception e) {
            unknown(stage, e);
        }
    }

    private void settle(OpenStage<CommitResult> stage, int resultCode, @Nullable List<OpResult> results) {
        Code code = Code.get(resultCode);
        CommitResult result = codec.decode(code, results);
        if (result == null) {
            stage.fail(KeeperException.create(code));
        } else {
            stage.complete(result);
        }
    }

    private void unknown(OpenStage<CommitResult> stage, Throwable failed) {
        callbacks.execute(() -> stage.complete(new CommitResult.Unknown(String.valueOf(failed.getMessage()))));
    }
}
