package io.millrace.coordinator.tree;

/** A node's data is not what its path says: somebody wrote into the tree by hand, or a newer format did. */
public class MalformedNodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String path;

    public MalformedNodeException(String path, Throwable cause) {
        super("Cannot read the value of " + path + ": " + cause.getMessage(), cause);
        this.path = path;
    }

    /** Of the node. */
    public String path() {
        return path;
    }
}
