package io.millrace.coordinator.tree;

/** A node's data is not what its path says: somebody wrote into the tree by hand, or a newer format did. */
public class MalformedNodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedNodeException(String path, Throwable cause) {
        super("Cannot read the value of " + path + ": " + cause.getMessage(), cause);
    }
}
