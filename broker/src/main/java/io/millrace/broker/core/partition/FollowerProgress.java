package io.millrace.broker.core.partition;

import io.millrace.broker.core.BrokerIncarnation;
import org.jspecify.annotations.Nullable;

/** What a leader knows of one follower in its own epoch; nothing of an earlier epoch is kept (N8, R31). */
final class FollowerProgress {

    static final long UNKNOWN = -1;

    final int brokerId;
    /** The incarnation that has opened the partition last, null before any has. */
    @Nullable
    BrokerIncarnation incarnation;

    /** Whether that incarnation's stream is still there, and it is not about to stop: nobody waits for who will not stay. */
    boolean mayBeProposed;

    long endOffset = UNKNOWN;
    long durableEndOffset = UNKNOWN;

    FollowerProgress(int brokerId) {
        this.brokerId = brokerId;
    }
}
