package io.millrace.lab.simulation.check;

import java.util.TreeMap;

/** What people have asked for, so that nothing is deleted or set by hand that nobody asked for. */
public final class Asked {

    private final TreeMap<String, Integer> open = new TreeMap<>();
    private final TreeMap<String, Integer> effects = new TreeMap<>();

    /** One that may be carried out from now on. Without an answer it may be for ever. */
    public final class Request {
        private final String what;
        private final int effectsBefore;

        private Request(String what) {
            this.what = what;
            this.effectsBefore = effects(what);
            open.merge(what, 1, Integer::sum);
        }

        /** It is said to be carried out. */
        public void onDone() {
            Violation.check(
                    effects(what) > effectsBefore,
                    "S26",
                    "'" + what + "' is said to be done, and nothing has happened");
            open.merge(what, -1, Integer::sum);
        }

        /** It was refused, and will not be carried out. */
        public void onRefused() {
            boolean isOnly = open.getOrDefault(what, 0) == 1;
            Violation.check(
                    !isOnly || effects(what) == effectsBefore,
                    "S26",
                    "'" + what + "' was refused for certain and has been carried out, wholly or in part");
            open.merge(what, -1, Integer::sum);
        }
    }

    public Request ask(String what) {
        return new Request(what);
    }

    boolean isAsked(String what) {
        return open.getOrDefault(what, 0) > 0;
    }

    void onEffect(String what, String id) {
        Violation.check(isAsked(what), id, "'" + what + "' has happened, and nobody has asked for that");
        effects.merge(what, 1, Integer::sum);
    }

    /** How much of what was asked for has happened. */
    public int effects() {
        return effects.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int effects(String what) {
        return effects.getOrDefault(what, 0);
    }
}
