package io.millrace.broker.runtime;

/** SIGTERM and SIGINT. */
public final class ProcessStop {

    private ProcessStop() {}

    /** Runs {@code stop} when the process is told to end, on a thread that the JVM waits for. */
    public static void onSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(stop, "mill-stop"));
    }
}
