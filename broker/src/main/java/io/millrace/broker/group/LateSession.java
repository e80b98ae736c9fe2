package io.millrace.broker.group;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session whose group is still being claimed: what the member says meanwhile is said once it is. */
final class LateSession implements MemberSession {
    /** More than any member says while it waits for its first answer. */
    private static final int MAX_WAITING = 100;

    private final EventLoop loop;
    private final MemberStream stream;
    private final ArrayDeque<Consumer<MemberSession>> waiting = new ArrayDeque<>();
    private @Nullable MemberSession session;
    private boolean isGone;

    LateSession(EventLoop loop, MemberStream stream) {
        this.loop = loop;
        this.stream = stream;
    }

    /** On the loop. Whether the stream has broken before anything came of it. */
    boolean isGone() {
        return isGone;
    }

    /**
     * On the loop.
     *
     * @param joined null where it was refused
     */
    void become(@Nullable MemberSession joined) {
        session = joined;
        if (joined != null) {
            waiting.forEach(said -> said.accept(joined));
        }
        waiting.clear();
    }

    private void say(Consumer<MemberSession> said) {
        loop.execute(() -> {
            MemberSession joined = session;
            if (joined != null) {
                said.accept(joined);
            } else if (waiting.size() < MAX_WAITING) {
                waiting.add(said);
            }
        });
    }

    @Override
    public void heartbeat(long number, long generation, Set<TopicPartition> holds) {
        loop.execute(() -> {
            MemberSession joined = session;
            if (joined != null) {
                joined.heartbeat(number, generation, holds);
            } else {
                // What it says again will come again; that it lives counts from when it is joined.
                stream.heard(number);
            }
        });
    }

    @Override
    public void leave() {
        say(MemberSession::leave);
    }

    @Override
    public void broken() {
        loop.execute(() -> isGone |= session == null);
        say(MemberSession::broken);
    }
}
