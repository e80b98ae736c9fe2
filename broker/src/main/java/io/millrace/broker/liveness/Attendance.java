package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import java.util.SortedSet;

/** Who can be heard. Any thread may ask and tell. */
public interface Attendance {

    /** Other brokers that live as far as this one can hear, as of a moment ago. */
    SortedSet<BrokerIncarnation> heard();

    /** This broker has become controller, or has ceased to be. */
    void onOffice(boolean inOffice);
}
