package io.millrace.cli.shell;

import org.jspecify.annotations.Nullable;

/**
 * Tells a running command that the user wants it to end (^C, SIGTERM). A command that can end cleanly says how; all
 * others just die with the process. Safe for threads.
 */
public final class StopSignal {
    private @Nullable Runnable action;
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
