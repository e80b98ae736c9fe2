package io.millrace.broker.log;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How new a state of the cluster this broker has seen, in this process or an earlier one on the same data directory. A
 * coordination service that was put back to an old copy looks like any other, but for that: topics made since are
 * missing, and leaders of the past would have records cut that were acknowledged since (R36).
 *
 * <p>{@link #onImage} belongs to one thread, any may ask.
 */
public final class SeenTree {
    private static final Logger LOG = LoggerFactory.getLogger(SeenTree.class);

    private final DataDirectory data;
    private final Executor writer;
    private final boolean isOn;
    private volatile int controllerEpoch;
    private volatile long brokerEpoch;

    /** @param writer writes to the disk, one task at a time and in order; nobody waits for it */
    public SeenTree(DataDirectory data, Executor writer, Safeguards safeguards) {
        this.data = data;
        this.writer = writer;
        this.isOn = safeguards.has(Safeguard.R36_OLD_TREES_ARE_REFUSED);
        this.controllerEpoch = data.seenControllerEpoch();
        this.brokerEpoch = data.seenBrokerEpoch();
    }

    /** The highest seen; 0 where none was. */
    public int controllerEpoch() {
        return isOn ? controllerEpoch : 0;
    }

    /** The latest of this broker's own; 0 where it had none. */
    public long brokerEpoch() {
        return isOn ? brokerEpoch : 0;
    }

    /** Takes note of what {@code self} sees; an older image changes nothing. */
    public void onImage(BrokerIncarnation self, ClusterImage image) {
        if (image.controllerEpoch() > controllerEpoch || self.epoch() > brokerEpoch) {
            controllerEpoch = Math.max(controllerEpoch, image.controllerEpoch());
            brokerEpoch = Math.max(brokerEpoch, self.epoch());
            writer.execute(this::store);
        }
    }

    private void store() {
        try {
            data.noteSeen(controllerEpoch, brokerEpoch);
        } catch (DataDirectoryException failed) {
            LOG.warn(
                    "Not written down that controllerEpoch {} was seen; the next one is tried",
                    controllerEpoch,
                    failed);
        }
    }
}
