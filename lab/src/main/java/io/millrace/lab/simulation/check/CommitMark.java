package io.millrace.lab.simulation.check;

/**
 * Who commits, as members write it into the metadata of their commits, so that the tree tells.
 *
 * @param generation that the member was told last
 * @param rewinds how often it has gone back in this partition, this time included
 */
public record CommitMark(long generation, String member, int rewinds) {

    /** What goes into the metadata. */
    public String text() {
        return generation + " " + member + " " + rewinds;
    }

    static CommitMark parse(String text) {
        String[] parts = text.split(" ", -1);
        Violation.check(parts.length == 3, "S26", "'" + text + "' is stored, and no member has committed that");
        return new CommitMark(Long.parseLong(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }
}
