package io.millrace.lab.roundtrip;

import java.io.IOException;

/** A file as it was before it was sent. A line ends with LF, which belongs to it; the last one may lack it. */
public interface OriginalFile {

    /** How reports call it. */
    String name();

    /** Number of lines; 0 for an empty file. */
    int lineCount();

    /** The bytes of one line, terminator included; lines count from 0. A new array each time. */
    byte[] line(int line) throws IOException;
}
