package io.millrace.cli.shell;

import io.millrace.proto.v1.Acks;
import java.util.Locale;

/** Who has to have a record before it is acknowledged, as an option names it. */
public enum AcksName {
    NONE(Acks.ACKS_NONE),
    LEADER(Acks.ACKS_LEADER),
    ALL(Acks.ACKS_ALL);

    private final Acks acks;

    AcksName(Acks acks) {
        this.acks = acks;
    }

    public Acks acks() {
        return acks;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
