package io.millrace.coordinator;

/** Told of this process's terms as controller; each term is told once, begin before end. */
public interface ElectionListener {

    /** @param controllerEpoch what every write as controller must check {@code /controller/epoch} for */
    void onElected(int controllerEpoch);

    /** The term is over: nothing may be written as controller from now on. */
    void onResigned(String why);
}
