package io.millrace.lab.simulation.seam;

/** Something that stands between two processes until it breaks. */
interface SimConnection {

    boolean isBetween(SimProcess process);

    /** Whether it runs between these two addresses, in either direction. */
    boolean uses(String one, String other);

    /** Nothing more gets through; each end learns of it within about {@code withinNs}. */
    void breakApart(long withinNs);

    /** One of the two processes is gone; what it had sent before may still arrive, unless its host is gone too. */
    void vanish(boolean silently);
}
