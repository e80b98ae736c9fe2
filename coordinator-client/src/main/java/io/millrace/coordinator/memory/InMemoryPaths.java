package io.millrace.coordinator.memory;

/** Paths as strings. */
final class InMemoryPaths {

    private InMemoryPaths() {}

    static String require(String path) {
        if (!path.startsWith("/") || (path.length() > 1 && path.endsWith("/")) || path.contains("//")) {
            throw new IllegalArgumentException("Not a path: " + path);
        }
        return path;
    }

    /** What the path of everything below {@code path} begins with. */
    static String prefix(String path) {
        return path.equals("/") ? "/" : path + "/";
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    static boolean isIn(String root, String path) {
        return path.equals(root) || path.startsWith(prefix(root));
    }
}
