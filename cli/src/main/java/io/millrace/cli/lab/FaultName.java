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

    /** {@code hold} null is the fault's own default; {@link IllegalArgumentException} where there is no such fault. */
    static Fault parse(String name, @Nullable Duration hold) {
        return switch (name) {
            case "kill" -> BrokerFault.KILL;
            case "term" -> BrokerFault.TERMINATE;
            case "pause" -> new PauseFault(or(hold, PAUSE));
            case "rolling-restart" -> new RollingRestart();
            case "kill-all" -> new AllBrokersFault();
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

    private static Duration or(@Nullable Duration hold, Duration otherwise) {
        return hold == null ? otherwise : hold;
    }
}
