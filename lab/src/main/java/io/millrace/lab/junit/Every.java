package io.millrace.lab.junit;

import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Steps of which each is taken, whatever becomes of those before it. */
final class Every {
    private Every() {}

    /** Throws the first failure when all have been tried, with the others suppressed in it. */
    static void step(List<? extends AutoCloseable> steps) {
        IllegalStateException failed = null;
        for (AutoCloseable step : steps) {
            failed = with(failed, failure(step));
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static @Nullable Exception failure(AutoCloseable step) {
        try {
            step.close();
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted;
        } catch (Exception failure) {
            return failure instanceof CompletionException && failure.getCause() instanceof Exception cause
                    ? cause
                    : failure;
        }
    }

    private static @Nullable IllegalStateException with(
            @Nullable IllegalStateException failed, @Nullable Exception next) {
        if (next == null) {
            return failed;
        }
        if (failed == null) {
            return new IllegalStateException(String.valueOf(next.getMessage()), next);
        }
        failed.addSuppressed(next);
        return failed;
    }
}
