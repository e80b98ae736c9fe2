package io.millrace.coordinator;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What one transaction may hold, in every adapter. ZooKeeper refuses a request of 1 MiB by closing the connection, for
 * all who share it; these limits stay well below.
 */
public final class TransactionLimits {

    public static final int MAX_OPERATIONS = 500;

    /** Of paths and data together. */
    public static final int MAX_BYTES = 256 * 1024;

    private TransactionLimits() {}

    public static boolean fits(List<Operation> operations) {
        long bytes = 0;
        for (Operation operation : operations) {
            bytes += bytes(operation);
        }
        return fits(operations.size(), bytes);
    }

    static boolean fits(int operations, long bytes) {
        return operations <= MAX_OPERATIONS && bytes <= MAX_BYTES;
    }

    /** What {@code operation} counts for. */
    public static int bytes(Operation operation) {
        return utf8(operation.path()) + utf8(data(operation));
    }

    /** @throws IllegalArgumentException unless {@code operations} {@linkplain #fits fit} */
    public static void require(List<Operation> operations) {
        if (!fits(operations)) {
            throw new IllegalArgumentException("A transaction of " + operations.size() + " operations is too large");
        }
    }

    private static String data(Operation operation) {
        if (operation instanceof Operation.Create create) {
            return create.data();
        }
        return operation instanceof Operation.SetData setData ? setData.data() : "";
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
