package io.millrace.lab.history.check;

import io.millrace.lab.history.Stamp;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for and is not answered yet.
 *
 * @param <Q> what is kept of a question
 */
final class Pending<Q> {

    private final Map<String, Map<Long, Q>> questions = new HashMap<>();

    void ask(Stamp at, long op, Q question) {
        questions.computeIfAbsent(at.process(), first -> new HashMap<>()).put(op, question);
    }

    /** Null where nothing like that was asked, or it was answered. */
    @Nullable
    Q answer(Stamp at, long op) {
        Map<Long, Q> asked = questions.get(at.process());
        return asked == null ? null : asked.remove(op);
    }
}
