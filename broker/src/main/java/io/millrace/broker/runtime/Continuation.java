package io.millrace.broker.runtime;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the end of a stage back to an event loop as an ordinary task. With {@code whenCompleteAsync} a throwable that
 * leaves the callback would end in another stage that nobody looks at; here it reaches the loop's {@link FaultHandler}.
 */
public final class Continuation {

    private Continuation() {}

    /**
     * Runs {@code next} on {@code loop} when {@code stage} is complete.
     *
     * @param next takes the value, or null and what went wrong (unwrapped)
     */
    public static <T> void on(
            EventLoop loop, CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> next) {
        // The only thing done on the completing thread is to hand over.
        stage.whenComplete((value, failure) -> loop.execute(() -> next.accept(value, unwrapped(failure))));
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
