package io.millrace.client;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one producer, one to each leader at most: opened where one is first needed, and each with the window that
 * its broker grants. Those that their broker has given up are known no more, so that what still comes of them finds
 * nothing. Pure; belongs to {@link SendMachine}.
 */
final class LeaderStreams {
    private final Routes routes;
    private final SendEffects effects;
    private final Map<Long, LeaderStream> byId = new LinkedHashMap<>();
    private final Map<String, LeaderStream> byEndpoint = new HashMap<>();
    private long lastStreamId;

    LeaderStreams(Routes routes, SendEffects effects) {
        this.routes = routes;
        this.effects = effects;
    }

    /** Null where it is over. */
    @Nullable
    LeaderStream get(long streamId) {
        return byId.get(streamId);
    }

    /** The stream to that broker; null where there is none yet: then one is opened, whose window has to come first. */
    @Nullable
    LeaderStream to(String endpoint, long nowNs) {
        LeaderStream known = byEndpoint.get(endpoint);
        if (known == null) {
            open(endpoint, nowNs);
        }
        return known;
    }

    private void open(String endpoint, long nowNs) {
        lastStreamId++;
        LeaderStream stream = new LeaderStream(lastStreamId, endpoint, nowNs);
        byId.put(lastStreamId, stream);
        byEndpoint.put(endpoint, stream);
        effects.open(lastStreamId, endpoint);
    }

    /** Null where it was over before. */
    @Nullable
    LeaderStream remove(long streamId) {
        LeaderStream stream = byId.remove(streamId);
        if (stream != null) {
            byEndpoint.remove(stream.endpoint(), stream);
        }
        return stream;
    }

    /** What is done with each may remove it. */
    void forEach(Consumer<LeaderStream> action) {
        List.copyOf(byId.values()).forEach(action);
    }

    /** Whether there is no use in waiting for it any longer. */
    boolean hangs(LeaderStream stream, long nowNs) {
        long owedNs = stream.owedNs(nowNs);
        boolean isDeaf = !stream.hasWindow() && owedNs > SendRules.OPEN_TIMEOUT_NS;
        return isDeaf || owedNs > SendRules.ANSWER_TIMEOUT_NS || isHeldUp(stream, owedNs);
    }

    /** Whether it owes answers for a partition that another broker leads by now, and does not give them. */
    private boolean isHeldUp(LeaderStream stream, long owedNs) {
        if (owedNs <= SendRules.MOVE_GRACE_NS) {
            return false;
        }
        for (LeaderStream.Frame frame : stream.unanswered()) {
            Routes.Leader leader = frame.partition().leader(routes);
            if (leader != null && !leader.endpoint().equals(stream.endpoint())) {
                return true;
            }
        }
        return false;
    }

    void cancelAll(String why) {
        byId.keySet().forEach(id -> effects.cancel(id, why));
        byId.clear();
        byEndpoint.clear();
    }
}
