package io.millrace.lab.junit;

import java.util.List;

/** Hangs on a test's failure, so that whatever shows that one also shows what had been done to the cluster. */
final class FaultReport extends Exception {
    private static final long serialVersionUID = 1;

    FaultReport(List<String> history) {
        super(
                "What was done to the cluster (its brokers log through SLF4J, in this test's own output):\n"
                        + String.join("\n", history),
                null,
                false,
                false);
    }
}
