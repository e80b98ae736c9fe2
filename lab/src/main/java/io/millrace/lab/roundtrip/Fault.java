package io.millrace.lab.roundtrip;

/** What can be planted to see whether the comparison notices. */
public enum Fault {
    /** A record is left out. */
    DROP,
    /** A record comes twice. */
    DOUBLE,
    /** A record and the next one of its file change places. */
    SWAP;

    /** Whether a report shows this fault once, in one file, and nothing else. */
    boolean isWhatIsReportedIn(Report report) {
        return report.total(FileReport::lost) == (this == DROP ? 1 : 0)
                && report.total(FileReport::duplicated) == (this == DOUBLE ? 1 : 0)
                && report.total(FileReport::reordered) == (this == SWAP ? 1 : 0)
                && report.total(FileReport::altered) == 0
                && report.foreign() == 0
                && report.files().size() - report.equalFiles() == 1;
    }
}
