package io.millrace.cli.group;

import io.millrace.cli.shell.Console;
import io.millrace.client.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows something anew every second until it is stopped, or stdout is closed. */
final class Watch {
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

    /** Cursor to the top left; erase to the end of the line; erase below. Nothing is blanked first, so nothing flickers. */
    private static final String HOME = "\u001b[H";

    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLEAR_ALL = "\u001b[2J";

    private final Console console;
    private final boolean isInPlace;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param isInPlace whether each picture replaces the one before it, on a terminal */
    Watch(Console console, boolean isInPlace) {
        this.console = console;
        this.isInPlace = isInPlace;
    }

    /** What is shown, with the time: one picture may stand below the other, and whoever reads them later was not there. */
    interface Picture {
        /** Throws {@link MillraceException} where there is none: the first time for good, later until it comes back. */
        void draw(PrintStream out, Instant time);

        /** In place of a picture that is not there. */
        void drawFailure(PrintStream out, Instant time, String why);
    }

    void run(Picture picture) throws InterruptedException {
        console.stop().onStop(stopped::countDown);
        long nextNs = System.nanoTime();
        String text = drawn(picture);
        if (isInPlace) {
            console.out().print(CLEAR_ALL);
        }
        while (show(text)) {
            nextNs += PERIOD_NS;
            if (stopped.await(nextNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
            nextNs = Math.max(nextNs, System.nanoTime() - PERIOD_NS);
            text = drawnOrWhyNot(picture);
        }
    }

    private static String drawnOrWhyNot(Picture picture) {
        try {
            return drawn(picture);
        } catch (MillraceException e) {
            return text(out -> picture.drawFailure(out, now(), String.valueOf(e.getMessage())));
        }
    }

    private static String drawn(Picture picture) {
        return text(out -> picture.draw(out, now()));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String text(Consumer<PrintStream> drawing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            drawing.accept(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether anybody can still see it. */
    private boolean show(String text) {
        console.out().print(isInPlace ? HOME + text.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW : text);
        return !console.out().checkError();
    }
}
