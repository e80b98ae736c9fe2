package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import java.util.List;

/**
 * The seam through which a controller tells another broker what it has recorded. A hint: it may be lost, doubled or late,
 * since every broker's watches bring the same some milliseconds later. Returns at once.
 */
public interface Broadcast {

    void tell(BrokerImage to, List<RecordedChunk> chunks);
}
