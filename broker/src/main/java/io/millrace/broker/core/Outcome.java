package io.millrace.broker.core;

import java.util.function.Function;

/**
 * What a request came to: a value or a refusal.
 *
 * @param <T> what is answered when it went well
 */
public sealed interface Outcome<T> {

    /** It went well. */
    record Ok<T>(T value) implements Outcome<T> {}

    /** It was refused. */
    record No<T>(Refusal refusal) implements Outcome<T> {}

    static <T> Outcome<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Outcome<T> no(Refusal refusal) {
        return new No<>(refusal);
    }

    /** One of the two functions' result. */
    default <R> R fold(Function<? super T, ? extends R> onOk, Function<Refusal, ? extends R> onNo) {
        if (this instanceof Ok<T> ok) {
            return onOk.apply(ok.value());
        }
        return onNo.apply(((No<T>) this).refusal());
    }
}
