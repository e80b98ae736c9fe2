package io.millrace.coordinator;

/** Receives what a recursive watch sees. */
public interface TreeListener {

    /** A node appeared, or its data changed. */
    void onNode(Node node);

    /** A node is gone. */
    void onDeleted(String path);

    /** Everything that was there when the watch began, or began again after a lost session, has been delivered. */
    void onInitialized();
}
