package io.millrace.bench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes that this run has started and nobody else; ends them when it is closed. Safe for threads. */
public final class Processes implements AutoCloseable {
    private final Path logs;
    private final List<Process> started = new ArrayList<>();
    private boolean isClosed;

    /** @param logs directory for what the processes write */
    public Processes(Path logs) throws IOException {
        this.logs = Files.createDirectories(logs);
    }

    public Path log(String name) {
        return logs.resolve(name + ".log");
    }

    /** What it writes is appended to the log of that name. */
    public Process start(String name, List<String> command) throws IOException {
        return start(
                command,
                Redirect.appendTo(log(name).toFile()),
                Redirect.appendTo(log(name).toFile()));
    }

    /** Runs it to its end and returns what it wrote to its output. */
    public String run(String name, List<String> command) throws IOException, InterruptedException {
        return outputOf(
                name, start(command, Redirect.PIPE, Redirect.appendTo(log(name).toFile())));
    }

    /** The same, also when this is closed already: for a command that ends what others have started. */
    String runAtTheEnd(String name, List<String> command) throws IOException, InterruptedException {
        return outputOf(
                name,
                builder(command, Redirect.PIPE, Redirect.appendTo(log(name).toFile()))
                        .start());
    }

    private String outputOf(String name, Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(name + " failed with exit code " + code + ", see " + log(name));
        }
        return output;
    }

    private synchronized Process start(List<String> command, Redirect output, Redirect errors) throws IOException {
        if (isClosed) {
            throw new IOException("the run is being stopped");
        }
        Process process = builder(command, output, errors).start();
        started.removeIf(earlier -> !earlier.isAlive());
        started.add(process);
        return process;
    }

    private static ProcessBuilder builder(List<String> command, Redirect output, Redirect errors) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output)
                .redirectError(errors);
        // Settings of the caller's own cluster are none of ours.
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_") || name.startsWith("KAFKA_"));
        return builder;
    }

    /** The end of a log, for a message. */
    public String tail(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name), StandardCharsets.ISO_8859_1);
            return String.join("\n  ", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills what still runs, newest first; nothing can be started any more. */
    @Override
    public synchronized void close() {
        isClosed = true;
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).destroyForcibly();
        }
        started.forEach(process -> process.onExit().join());
    }
}
