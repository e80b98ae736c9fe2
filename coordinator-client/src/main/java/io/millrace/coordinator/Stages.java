package io.millrace.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Stages put together. */
final class Stages {

    private Stages() {}

    /** All values in the order of {@code stages}; fails with the first that fails. */
    static <T> CompletionStage<List<T>> all(List<? extends CompletionStage<T>> stages) {
        CompletionStage<List<T>> values = CompletableFuture.completedFuture(new ArrayList<>());
        for (CompletionStage<T> stage : stages) {
            values = values.thenCombine(stage, (list, value) -> {
                list.add(value);
                return list;
            });
        }
        return values;
    }

    /** What went wrong, without the wrapping that a dependent stage adds. */
    static Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof CompletionException && cause != null ? cause : thrown;
    }
}
