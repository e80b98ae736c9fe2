package io.millrace.bench.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The small file in which a broker's data directory says whose it is. */
final class IdentityFile {
    private IdentityFile() {}

    /** @throws IOException where the cluster that answers is not the one whose data is here */
    static void check(String answered, Path file, String key) throws IOException {
        Properties identity = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            identity.load(reader);
        }
        String ours = identity.getProperty(key);
        if (answered.isEmpty() || !answered.equals(ours)) {
            throw new IOException("the cluster that answers is '" + answered + "', and ours is '" + ours + "' (" + file
                    + "): no load goes to a stranger");
        }
    }
}
