package io.millrace.cli.shell;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells a running command that the user wants it to end (^C, SIGTERM). A command that can end cleanly says how; all
 * others just die with the process. Safe for threads.
 */
public final class StopSignal {
    /** Enough for a last commit. */
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(10);

    private @Nullable Runnable action;
    private Duration limit = USUAL_LIMIT;
    private boolean isRequested;

    /** Says how to stop; runs at once where that was asked for already. The action must not block. */
    public void onStop(Runnable newAction) {
        synchronized (this) {
            action = newAction;
            if (!isRequested) {
                return;
            }
        }
        newAction.run();
    }

    /** Says how long stopping may take, where that is not the usual ten seconds. */
    public synchronized void setLimit(Duration newLimit) {
        limit = newLimit;
    }

    /** After this the process ends whether the command has or not. */
    public synchronized Duration limit() {
        return limit;
    }

    /** Asks the command to stop. Returns whether it knows how, and so will end by itself. */
    public boolean request() {
        Runnable now;
        synchronized (this) {
            isRequested = true;
            now = action;
        }
        if (now != null) {
            now.run();
        }
        return now != null;
    }
}
