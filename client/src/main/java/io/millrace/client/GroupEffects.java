package io.millrace.client;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link GroupMachine} wants done. Nothing here calls the machine back before it has returned. */
interface GroupEffects {
    /** Opens a Join stream with these contents of its first message. */
    void open(long streamId, String endpoint, String memberId, long generation, Set<OwnedPartition> holds);

    void heartbeat(long streamId, long number, long generation, Set<OwnedPartition> holds);

    /** Say that the member leaves, and end the stream; nothing of it comes back any more. */
    void leave(long streamId);

    /** Drop the stream; nothing of it comes back any more. */
    void cancel(long streamId);

    /** These are the member's own from now on. */
    void assign(Set<OwnedPartition> partitions);

    /** These have to be let go of; the machine is told when they are. None of them was named by {@code revoke} before. */
    void revoke(int membership, Set<OwnedPartition> partitions);

    /** All that was the member's own is not any more, what it had to let go of included. It was not nothing. */
    void lose(String why);

    /** What came and went up to this generation has been named; 0 where the member is in none. */
    void enter(long generation);

    /** What stands in the way of being a member; null once nothing does. */
    void tell(@Nullable MillraceException failure);

    /** What passes by itself stands in the way, and is waited for; null once it does not. May be said again and again. */
    void holdUp(@Nullable MillraceException why);
}
