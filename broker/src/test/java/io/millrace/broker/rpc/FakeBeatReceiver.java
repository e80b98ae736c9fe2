package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.liveness.Beat;
import io.millrace.broker.liveness.BeatReceiver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it has heard. */
final class FakeBeatReceiver implements BeatReceiver {

    final List<Beat> heard = new CopyOnWriteArrayList<>();
    final List<BrokerIncarnation> ended = new CopyOnWriteArrayList<>();

    @Override
    public void onBeat(Beat beat) {
        heard.add(beat);
    }

    @Override
    public void onEnded(BrokerIncarnation from) {
        ended.add(from);
    }
}
