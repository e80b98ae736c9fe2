package io.millrace.broker.controller;

import io.millrace.coordinator.Operation;
import io.millrace.coordinator.TransactionLimits;
import java.util.ArrayList;
import java.util.List;

/** Fills transactions with steps, in order and as few as they fit into. A step is never torn. */
final class TransactionPacking {

    private final List<Operation> head;
    private final List<List<Operation>> transactions = new ArrayList<>();
    private List<Operation> open;

    private TransactionPacking(List<Operation> head) {
        this.head = head;
        this.open = new ArrayList<>(head);
    }

    /** @param head begins every transaction */
    static List<List<Operation>> pack(List<Operation> head, List<List<Operation>> steps) {
        TransactionPacking packing = new TransactionPacking(head);
        steps.forEach(packing::add);
        packing.seal();
        return packing.transactions;
    }

    private void add(List<Operation> step) {
        List<Operation> extended = new ArrayList<>(open);
        extended.addAll(step);
        if (TransactionLimits.fits(extended)) {
            open = extended;
            return;
        }
        seal();
        open.addAll(step);
    }

    private void seal() {
        if (open.size() > head.size()) {
            transactions.add(open);
        }
        open = new ArrayList<>(head);
    }
}
