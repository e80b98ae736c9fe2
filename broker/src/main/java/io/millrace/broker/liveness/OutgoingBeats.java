package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stream of beats to one other broker: opened with the first beat, and again after it has ended. On the loop. */
final class OutgoingBeats {

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE_MAX_NS = TimeUnit.SECONDS.toNanos(1);

    private final Beats beats;
    private final EventLoop loop;
    private final Clock clock;
    private final BrokerIncarnation to;
    private final String endpoint;

    private Beats.@Nullable Stream stream;
    private long openedNs;
    private long nextOpenNs;
    private long pauseNs = PAUSE_NS;
    private boolean isClosed;

    OutgoingBeats(Beats beats, EventLoop loop, Clock clock, BrokerIncarnation to, String endpoint) {
        this.beats = beats;
        this.loop = loop;
        this.clock = clock;
        this.to = to;
        this.endpoint = endpoint;
        this.nextOpenNs = clock.nanoTime();
    }

    boolean leadsTo(BrokerIncarnation broker, String address) {
        return to.equals(broker) && endpoint.equals(address);
    }

    void send(Beat beat) {
        long nowNs = clock.nanoTime();
        if (stream == null && nowNs >= nextOpenNs) {
            openedNs = nowNs;
            stream = beats.open(to, endpoint, () -> loop.execute(this::onEnded));
        }
        if (stream != null) {
            stream.send(beat);
        }
    }

    void close() {
        isClosed = true;
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    private void onEnded() {
        if (isClosed || stream == null) {
            return;
        }
        stream = null;
        boolean hasLasted = clock.nanoTime() - openedNs > PAUSE_MAX_NS;
        pauseNs = hasLasted ? PAUSE_NS : Math.min(2 * pauseNs, PAUSE_MAX_NS);
        nextOpenNs = openedNs + pauseNs;
    }
}
