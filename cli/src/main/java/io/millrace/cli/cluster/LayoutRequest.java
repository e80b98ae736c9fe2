package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the user asked for; null is "as it is recorded, else the default". */
record LayoutRequest(
        @Nullable Integer basePort,
        @Nullable Integer brokers,
        @Nullable Integer zookeepers) {
    private static final Layout DEFAULT = new Layout(7171, 3, 1);

    /** The layout to run. Refuses what the recorded cluster cannot become. */
    Layout resolve(Optional<ClusterState> recorded) {
        Layout wanted = orDefault(recorded.map(ClusterState::layout).orElse(DEFAULT));
        if (recorded.isEmpty() || recorded.get().layout().equals(wanted)) {
            return wanted;
        }
        Layout present = recorded.get().layout();
        if (recorded.get().isAnyRunning()) {
            throw CommandFailure.failed(
                    "a cluster of another layout is up here: " + describe(present),
                    "Stop it first with `millrace cluster down`, or start another one with its own --dir and"
                            + " --base-port.");
        }
        if (present.zookeepers() != wanted.zookeepers()) {
            throw CommandFailure.failed(
                    "the ZooKeeper data here is that of " + present.zookeepers() + " server(s), not of "
                            + wanted.zookeepers(),
                    "Take another --dir, or remove this one to begin anew.");
        }
        return wanted;
    }

    private Layout orDefault(Layout base) {
        try {
            return new Layout(
                    basePort == null ? base.basePort() : basePort,
                    brokers == null ? base.brokers() : brokers,
                    zookeepers == null ? base.zookeepers() : zookeepers);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "");
        }
    }

    private static String describe(Layout layout) {
        return layout.brokers() + " broker(s) and " + layout.zookeepers() + " ZooKeeper server(s) from port "
                + layout.basePort();
    }
}
