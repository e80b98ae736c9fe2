package io.millrace.broker.log;

import java.nio.file.Path;

/** A process that holds the lock of a data directory until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws Exception {
        try (DataDirectory data = DataDirectory.open(new FileDisk(Path.of(args[0])), 7, () -> "id")) {
            System.out.println(data.logs().isEmpty() ? "locked" : "locked, with logs");
            int read = 0;
            while (read >= 0) {
                read = System.in.read();
            }
        }
    }
}
