package io.millrace.broker.core.group;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What subscriptions come to among the topics that there are. The members of a group mostly want the same: that is found once. */
final class TopicMatches {
    private final Set<String> present;
    private final Map<Subscription, Set<String>> before;
    private final Map<Subscription, Set<String>> found = new LinkedHashMap<>();

    private TopicMatches(Set<String> present, Map<Subscription, Set<String>> before) {
        this.present = present;
        this.before = before;
    }

    static TopicMatches none() {
        return among(Collections.emptySortedSet());
    }

    static TopicMatches among(Set<String> present) {
        return new TopicMatches(present, Collections.emptyMap());
    }

    /** @param before of the same topics: what was found then need not be looked for, and is forgotten where nobody asks */
    static TopicMatches among(Set<String> present, TopicMatches before) {
        return new TopicMatches(present, before.found);
    }

    /** The same set for each who wants the same; not to be changed. */
    Set<String> wanted(Subscription subscription) {
        Set<String> wanted = found.get(subscription);
        if (wanted == null) {
            Set<String> known = before.get(subscription);
            wanted = known == null ? Collections.unmodifiableSet(subscription.among(present)) : known;
            found.put(subscription, wanted);
        }
        return wanted;
    }
}
