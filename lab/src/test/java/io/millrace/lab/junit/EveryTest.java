package io.millrace.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EveryTest {
    private final List<String> taken = new ArrayList<>();

    @Test
    void aStepThatFailsKeepsNoOtherFromBeingTakenAndNoFailureIsLost() {
        IOException first = new IOException("the first");
        IllegalArgumentException third = new IllegalArgumentException("the third");

        Throwable thrown = catchThrowable(() -> Every.step(
                List.of(step("a", null), step("b", first), step("c", null), step("d", third), step("e", null))));

        assertThat(taken).containsExactly("a", "b", "c", "d", "e");
        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the first")
                .hasCause(first);
        assertThat(thrown.getSuppressed()).containsExactly(third);
    }

    @Test
    void whatAFutureFailedWithIsToldAsItself() {
        IllegalStateException why = new IllegalStateException("broker 1 cannot start");
        CompletableFuture<Void> failed = CompletableFuture.runAsync(() -> {
            throw why;
        });
        assertThat(catchThrowable(() -> Every.step(List.of(failed::join)))).hasCause(why);
    }

    @Test
    void anInterruptIsKeptForWhoeverComesNext() {
        Throwable thrown = catchThrowable(
                () -> Every.step(List.of(step("a", new InterruptedException("now")), step("b", null))));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(taken).containsExactly("a", "b");
        assertThat(thrown).hasMessage("now");
    }

    private AutoCloseable step(String name, @Nullable Exception failure) {
        return () -> {
            taken.add(name);
            if (failure != null) {
                throw failure;
            }
        };
    }
}
