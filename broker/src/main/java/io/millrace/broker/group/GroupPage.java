package io.millrace.broker.group;

import java.util.List;

/**
 * Some of all groups, in the order of their names.
 *
 * @param next where the list goes on, empty where it does not
 */
public record GroupPage(List<ListedGroup> groups, String next) {
    public GroupPage {
        groups = List.copyOf(groups);
    }
}
