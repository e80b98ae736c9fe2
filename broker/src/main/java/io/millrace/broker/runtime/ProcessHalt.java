package io.millrace.broker.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process at the first fault, without shutdown hooks: state that broke a rule once must be neither served nor
 * saved as if it were clean. The next start recovers from what is on disk.
 */
public final class ProcessHalt implements FaultHandler {

    /** EX_SOFTWARE of sysexits.h. */
    private static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessHalt.class);

    @Override
    public void onFault(String where, Throwable fault) {
        LOG.error("A fault on {} that nothing above could deal with; the broker stops at once", where, fault);
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
