package io.millrace.lab.run;

import io.millrace.client.MillraceException;
import io.millrace.client.RecordReceipt;
import io.millrace.lab.drill.Sent;
import io.millrace.lab.drill.SteadyProducer;

/** What a producer sends and is told, for the recorders of a run. */
record RecordedSending(Recorder recorder) implements SteadyProducer.Listener {
    @Override
    public void onSend(Sent record, long nowNs) {
        recorder.onSend(record, nowNs);
    }

    @Override
    public void onAcknowledged(Sent record, RecordReceipt receipt, long nowNs) {
        recorder.onAcknowledged(record, receipt.offset(), receipt.leaderEpoch(), nowNs);
    }

    @Override
    public void onFailed(Sent record, MillraceException failure, long nowNs) {
        recorder.onFailed(record, failure.isDefinite(), FailureWord.of(failure), nowNs);
    }
}
