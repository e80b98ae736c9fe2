package io.millrace.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people once that something is waited for, however often it is tried, and once that it is over. One thread's. */
final class OutageLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);

    private final String what;
    private boolean isTold;

    /** @param what waits, as people read it */
    OutageLog(String what) {
        this.what = what;
    }

    void onHeldUp(MillraceException why) {
        if (!isTold) {
            isTold = true;
            LOG.warn("{} at present, it is tried again and again: {}", what, why.getMessage());
        }
    }

    void onOver() {
        if (isTold) {
            isTold = false;
            LOG.info("no longer: {}", what);
        }
    }
}
