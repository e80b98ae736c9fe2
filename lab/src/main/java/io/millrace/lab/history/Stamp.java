package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Whose event it is and when it was.
 *
 * @param process unique in a history, one for each process that lived: a client that starts anew has another name, as a
 *     broker has ("broker-1#5")
 * @param wallMs for people
 * @param monoNs of a clock that all processes of the history share, as {@link System#nanoTime} is on one machine
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"process", "wallMs", "monoNs"})
public record Stamp(String process, long wallMs, long monoNs) {

    /** Now, by the clocks of this machine. */
    public static Stamp now(String process) {
        return new Stamp(process, System.currentTimeMillis(), System.nanoTime());
    }
}
