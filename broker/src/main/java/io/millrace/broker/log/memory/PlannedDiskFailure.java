package io.millrace.broker.log.memory;

import java.io.IOException;

/** What a {@link CrashableDisk} fails with because it was told to, and never otherwise. */
public final class PlannedDiskFailure extends IOException {
    private static final long serialVersionUID = 1;

    PlannedDiskFailure(String what) {
        super(what);
    }
}
