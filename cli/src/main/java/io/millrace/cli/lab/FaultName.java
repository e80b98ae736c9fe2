package io.millrace.cli.lab;

import io.millrace.lab.drill.AllBrokersFault;
import io.millrace.lab.drill.BrokerFault;
import io.millrace.lab.drill.Fault;
import io.millrace.lab.drill.NoFault;
import io.millrace.lab.drill.PauseFault;
import io.millrace.lab.drill.RollingRestart;
import io.millrace.lab.drill.ZooKeeperFault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The faults by the names that users give them. */
final class FaultName {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration ZOOKEEPER = Duration.ofSeconds(30);
    private static final Duration NONE = Duration.ofMinutes(1);

    private FaultName() {}

    /**
     * {@code hold} null is the fault's own default.
     *
     * @throws IllegalArgumentException if there is no such fault, or it does not last and {@code hold} is given, or {@code
     *     hold} is no time at all
     */
    static Fault parse(String name, @Nullable Duration hold) {
        if (hold != null && (hold.isZero() || hold.isNegative())) {
            throw new IllegalArgumentException("--for is 1ms or more: what lasts no time is no fault");
        }
        return switch (name) {
            case "kill" -> atOnce(BrokerFault.KILL, hold);
            case "term" -> atOnce(BrokerFault.TERMINATE, hold);
            case "pause" -> new PauseFault(or(hold, PAUSE));
            case "rolling-restart" -> atOnce(new RollingRestart(), hold);
            case "kill-all" -> atOnce(new AllBrokersFault(), hold);
            case "zookeeper-stop" -> ZooKeeperFault.stopped(or(hold, ZOOKEEPER));
            case "zookeeper-pause" -> ZooKeeperFault.paused(or(hold, ZOOKEEPER));
            case "none" -> new NoFault(or(hold, NONE));
            default -> throw new IllegalArgumentException("there is no fault '" + name + "'");
        };
    }

    /** Whether one broker after the other ends, which is worth repeating. */
    static boolean isOfOneBroker(String name) {
        return name.equals("kill") || name.equals("term");
    }

    private static Fault atOnce(Fault fault, @Nullable Duration hold) {
        if (hold != null) {
            throw new IllegalArgumentException("--for is not for " + fault.name()
                    + ", which does not last; it is for pause, zookeeper-stop, zookeeper-pause and none");
        }
        return fault;
    }

    private static Duration or(@Nullable Duration hold, Duration otherwise) {
        return hold == null ? otherwise : hold;
    }
}
