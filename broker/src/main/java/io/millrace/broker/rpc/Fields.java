package io.millrace.broker.rpc;

import io.millrace.broker.core.NameRules;
import io.millrace.broker.rpc.Rejection.InvalidField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the fields of one request and collects what is wrong with them, so that a caller hears it all at once. */
final class Fields {

    // A request may hold a hundred thousand of the same mistake; nobody reads more than a few.
    private static final int MAX_TOLD = 10;

    private final List<InvalidField> invalid = new ArrayList<>();

    Fields require(boolean holds, String field, String otherwise) {
        if (!holds && invalid.size() < MAX_TOLD) {
            invalid.add(new InvalidField(field, otherwise));
        }
        return this;
    }

    Fields topicName(String field, String name) {
        String problem = NameRules.problem("Topic name", name);
        return require(problem == null, field, String.valueOf(problem));
    }

    Fields atLeast(long min, String field, long value) {
        return require(value >= min, field, value + " is below " + min);
    }

    /** Both bounds are inclusive. */
    Fields between(long min, long max, String field, long value) {
        return require(value >= min && value <= max, field, value + " is not from " + min + " to " + max);
    }

    /** Empty where every field is fine. */
    Optional<Rejection> rejection() {
        return invalid.isEmpty() ? Optional.empty() : Optional.of(Rejection.invalid(invalid));
    }
}
