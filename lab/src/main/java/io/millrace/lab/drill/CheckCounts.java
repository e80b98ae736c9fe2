package io.millrace.lab.drill;

/**
 * What a check found, in records.
 *
 * @param acknowledged records that have to be there
 * @param readBack records that are there
 * @param lost acknowledged and not there
 * @param duplicated there more than once, each further time counted
 * @param reordered acknowledged, and behind one that was sent later
 * @param misplaced acknowledged at one offset and stored at another
 * @param holes places where an offset does not follow the one before
 * @param foreign records that nobody sent, or not to this partition, or not with these bytes
 * @param refusedYetStored there although the writer was told that they never would be
 * @param unknownStored there, of those whose writer was not told; no fault
 */
public record CheckCounts(
        long acknowledged,
        long readBack,
        long lost,
        long duplicated,
        long reordered,
        long misplaced,
        long holes,
        long foreign,
        long refusedYetStored,
        long unknownStored) {
    static final CheckCounts NONE = new CheckCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Whether the cluster kept its word. */
    public boolean isClean() {
        return lost + duplicated + reordered + misplaced + holes + foreign + refusedYetStored == 0;
    }

    CheckCounts plus(CheckCounts other) {
        return new CheckCounts(
                acknowledged + other.acknowledged,
                readBack + other.readBack,
                lost + other.lost,
                duplicated + other.duplicated,
                reordered + other.reordered,
                misplaced + other.misplaced,
                holes + other.holes,
                foreign + other.foreign,
                refusedYetStored + other.refusedYetStored,
                unknownStored + other.unknownStored);
    }
}
