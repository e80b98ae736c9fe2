package io.millrace.broker.core.group;

import com.google.re2j.Pattern;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a member wants to read.
 *
 * @param topics names, of topics that need not be there yet
 * @param pattern any topic whose whole name matches it, now or later; null for none. RE2's syntax, which is
 *     matched in a time that grows with the lengths of expression and name and with nothing else
 */
public record Subscription(
        SortedSet<String> topics, @Nullable Pattern pattern) {
    public Subscription {
        topics = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
    }

    /** Names of those that are there. */
    Set<String> among(Set<String> present) {
        Set<String> wanted = new TreeSet<>(topics);
        wanted.retainAll(present);
        if (pattern != null) {
            present.stream().filter(pattern::matches).forEach(wanted::add);
        }
        return wanted;
    }
}
