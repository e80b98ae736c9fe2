package io.millrace.broker.rpc;

import io.millrace.broker.replication.FollowerMessage;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.Hello;
import io.millrace.broker.replication.LeaderMessage;
import io.millrace.broker.replication.PeerStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A leader that takes one follower and remembers what it hears. */
final class FakeFollowers implements FollowerStreams {

    final CompletableFuture<Hello> hello = new CompletableFuture<>();
    final CompletableFuture<PeerStream<LeaderMessage>> out = new CompletableFuture<>();
    final List<FollowerMessage> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger ready = new AtomicInteger();
    volatile String rejection = "";
    volatile Consumer<PeerStream<LeaderMessage>> onAdmit = stream -> {};

    @Override
    public Admission admit(Hello follower, PeerStream<LeaderMessage> stream) {
        if (!rejection.isEmpty()) {
            return new Admission.Rejected(rejection);
        }
        onAdmit.accept(stream);
        hello.complete(follower);
        out.complete(stream);
        return new Admission.Admitted(new Session() {
            @Override
            public void onMessage(FollowerMessage message) {
                heard.add(message);
            }

            @Override
            public void onReady() {
                ready.incrementAndGet();
            }

            @Override
            public void onClosed() {
                closed.incrementAndGet();
            }
        });
    }
}
