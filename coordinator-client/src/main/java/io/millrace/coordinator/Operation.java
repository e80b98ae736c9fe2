package io.millrace.coordinator;

/** One step of a transaction. */
public sealed interface Operation {

    /** Version that matches whatever is there. */
    int ANY_VERSION = -1;

    String path();

    /** Fails with NODE_EXISTS, or NO_NODE where the parent is missing. */
    record Create(String path, String data, boolean ephemeral) implements Operation {}

    /** Fails with NO_NODE or BAD_VERSION. */
    record SetData(String path, String data, int expectedVersion) implements Operation {}

    /** Fails with NO_NODE, BAD_VERSION or NOT_EMPTY. */
    record Delete(String path, int expectedVersion) implements Operation {}

    /** Fails with NO_NODE or BAD_VERSION; changes nothing. */
    record Check(String path, int expectedVersion) implements Operation {}
}
