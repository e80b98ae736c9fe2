package io.millrace.broker.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How what has been started is stopped: what was started last is stopped first. One thread, which waits for each step. */
final class StopSteps {

    private static final Logger LOG = LoggerFactory.getLogger(StopSteps.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    /** One thing to undo. */
    interface Step {
        void run() throws Exception;

        /** Whether others are told by it, now or at the next start: what a process that is killed does not do. */
        default boolean isFarewell() {
            return false;
        }
    }

    /** A step that only an orderly stop takes. */
    interface Farewell extends Step {
        @Override
        default boolean isFarewell() {
            return true;
        }
    }

    /** It is undone before all that there is already. */
    void push(Step step) {
        steps.push(step);
    }

    /** Takes every step, once. One that fails is logged, and the others go on. */
    void undo() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (Exception failed) {
                LOG.warn("A step of stopping failed; the others go on", failed);
            }
        }
    }

    /** Takes every step that nobody else hears of. */
    void undoUnheard() {
        steps.removeIf(Step::isFarewell);
        undo();
    }
}
