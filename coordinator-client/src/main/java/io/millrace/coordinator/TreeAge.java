package io.millrace.coordinator;

/**
 * How far the tree had come when a broker last saw it. A tree that is behind that was put back from an old copy: what it
 * says has been true once, and whoever acts on it undoes what came after (R36).
 *
 * @param controllerEpoch the highest one, 0 where none was seen
 * @param brokerEpoch that broker's own latest one, 0 where it had none
 */
public record TreeAge(int controllerEpoch, long brokerEpoch) {

    /** Of a broker that has seen nothing. */
    public static final TreeAge UNKNOWN = new TreeAge(0, 0);
}
