package io.millrace.broker.core.group;

import io.millrace.broker.core.group.assign.Assignor;
import io.millrace.broker.core.group.assign.RangeAssignor;
import io.millrace.broker.core.group.assign.RoundRobinAssignor;
import io.millrace.broker.core.group.assign.UniformAssignor;

/** How a group's partitions are given away. Where members disagree the one counts that most name, or the first of them. */
public enum AssignorName {
    UNIFORM,
    RANGE,
    ROUND_ROBIN;

    Assignor assignor() {
        return switch (this) {
            case UNIFORM -> new UniformAssignor();
            case RANGE -> new RangeAssignor();
            case ROUND_ROBIN -> new RoundRobinAssignor();
        };
    }
}
