package io.millrace.broker.log;

import io.millrace.record.RecordBatch;
import java.util.Optional;

/**
 * Which leader epochs a scan accepts: exactly those on record; or, where the record is in doubt, any that do not fall, and
 * then the scan makes the record anew.
 */
final class EpochRule {
    private final boolean isOnRecord;
    private EpochHistory history;

    private EpochRule(boolean isOnRecord, EpochHistory history) {
        this.isOnRecord = isOnRecord;
        this.history = history;
    }

    static EpochRule of(Optional<EpochHistory> record) {
        return new EpochRule(record.isPresent(), record.orElse(EpochHistory.empty()));
    }

    /** For each batch in order, its CRC being checked. */
    boolean accepts(RecordBatch batch) {
        int epoch = batch.partitionLeaderEpoch();
        if (isOnRecord) {
            return epoch == history.epochOf(batch.baseOffset());
        }
        if (epoch < 0 || epoch < history.lastEpoch()) {
            return false;
        }
        if (epoch > history.lastEpoch()) {
            history = history.plus(epoch, batch.baseOffset());
        }
        return true;
    }

    boolean isOnRecord() {
        return isOnRecord;
    }

    /** The record, or what has been made of it so far. */
    EpochHistory history() {
        return history;
    }
}
