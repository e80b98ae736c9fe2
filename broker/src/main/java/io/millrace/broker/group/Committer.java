package io.millrace.broker.group;

/**
 * Who commits.
 *
 * @param memberId empty where a group is used without members
 * @param generation that the member was told last
 * @param number that grows with each commit of the member, so that one which comes late is known by it; 0 where the
 *     member does not count
 */
public record Committer(String memberId, long generation, long number) {
    /** Of a group without members. */
    public static final Committer NOBODY = new Committer("", 0, 0);

    boolean isMember() {
        return !memberId.isEmpty();
    }
}
