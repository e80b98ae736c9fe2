package io.millrace.lab.simulation.seam;

import io.millrace.broker.replication.LeaderMessage;
import io.millrace.broker.replication.PeerStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream: messages arrive in their order, or from some point on none does.
 *
 * @param <M> what is sent
 */
final class SimPipe<M> implements PeerStream<M> {

    /** So many messages on their way make a sender of bulk wait. */
    private static final int READY_BELOW = 16;

    private final SimNetwork network;
    private final String from;
    private final String to;
    private final Consumer<String> onClose;
    private final Runnable onBreak;
    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
    private @Nullable SimProcess receiver;
    private @Nullable SimProcess sender;
    private Consumer<M> deliver = message -> {};
    private Runnable drained = () -> {};
    private boolean full;
    private boolean ended;
    private boolean lost;

    SimPipe(SimNetwork network, String from, String to, Consumer<String> onClose, Runnable onBreak) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.onClose = onClose;
        this.onBreak = onBreak;
    }

    /** What was sent before is delivered too. */
    void deliverTo(SimProcess to, Consumer<M> hearing, Runnable whenDrained) {
        receiver = to;
        deliver = hearing;
        drained = whenDrained;
    }

    /** {@code ready} is run on {@code owner} when there is room again after there was none. */
    void onDrained(SimProcess owner, Runnable ready) {
        sender = owner;
        drained = ready;
    }

    @Override
    public void send(M message) {
        if (network.breaksStream()) {
            onBreak.run();
        }
        if (!ended && !lost) {
            M copy = copied(message);
            tell(() -> deliver.accept(copy));
            full = full || underWay.size() >= READY_BELOW;
        }
    }

    /** Queues {@code news} behind what is on its way. */
    void tell(Runnable news) {
        SimProcess hearer = receiver;
        if (hearer != null && !lost) {
            underWay.add(news);
            network.time().after(network.delayNs(from, to), hearer, this::arrive);
        }
    }

    private void arrive() {
        Runnable next = lost ? null : underWay.poll();
        if (next != null) {
            next.run();
            tellRoom();
        }
    }

    private void tellRoom() {
        SimProcess owner = sender;
        if (full && underWay.size() < READY_BELOW / 2 && owner != null) {
            full = false;
            network.time().after(0, owner, drained);
        }
    }

    @Override
    public boolean isReady() {
        return !ended && !lost && !full;
    }

    @Override
    public void close(String why) {
        onClose.accept(why);
    }

    /** {@code last} is the last that arrives. */
    void end(Runnable last) {
        if (!ended) {
            tell(last);
            ended = true;
        }
    }

    /** What is under way, and what is sent from now on, does not arrive. */
    void lose() {
        lost = true;
        underWay.clear();
    }

    /** The sender's buffer must not be seen through the receiver's. */
    @SuppressWarnings("unchecked") // a message is replaced by one of its own class
    private M copied(M message) {
        if (message instanceof LeaderMessage.Data data) {
            ByteBuffer copy = ByteBuffer.allocate(data.batches().remaining());
            copy.put(data.batches().duplicate()).flip();
            return (M) new LeaderMessage.Data(
                    data.partition(),
                    data.leaderEpoch(),
                    data.logStartOffset(),
                    data.highWatermark(),
                    copy.asReadOnlyBuffer());
        }
        return message;
    }
}
