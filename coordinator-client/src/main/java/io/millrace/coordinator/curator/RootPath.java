package io.millrace.coordinator.curator;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.common.PathUtils;

/**
 * Millrace's paths as ZooKeeper's and back. Not the chroot of the connect string: ZooKeeper does not make that, and to
 * make it would need a second connection.
 */
record RootPath(String root) {

    /** @throws IllegalArgumentException where {@code path} is none */
    String full(String path) {
        PathUtils.validatePath(path);
        return path.equals("/") ? root : root + path;
    }

    /** The root and what is above it, from the top. */
    List<String> steps() {
        List<String> steps = new ArrayList<>();
        for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
            steps.add(root.substring(0, slash));
        }
        steps.add(root);
        return steps;
    }

    String below(String full) {
        return full.length() == root.length() ? "/" : full.substring(root.length());
    }
}
