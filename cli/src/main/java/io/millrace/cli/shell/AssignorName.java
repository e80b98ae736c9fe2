package io.millrace.cli.shell;

import io.millrace.proto.v1.Assignor;
import java.util.Locale;

/** How a group shares out its partitions, as an option names it. */
public enum AssignorName {
    UNIFORM(Assignor.ASSIGNOR_UNIFORM),
    RANGE(Assignor.ASSIGNOR_RANGE),
    ROUND_ROBIN(Assignor.ASSIGNOR_ROUND_ROBIN);

    private final Assignor assignor;

    AssignorName(Assignor assignor) {
        this.assignor = assignor;
    }

    public Assignor assignor() {
        return assignor;
    }

    public static String of(Assignor assignor) {
        return switch (assignor) {
            case ASSIGNOR_UNSPECIFIED, ASSIGNOR_UNIFORM -> UNIFORM.toString();
            case ASSIGNOR_RANGE -> RANGE.toString();
            case ASSIGNOR_ROUND_ROBIN -> ROUND_ROBIN.toString();
            case UNRECOGNIZED -> "unknown to this command";
        };
    }

    /** What picocli shows and reads. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
