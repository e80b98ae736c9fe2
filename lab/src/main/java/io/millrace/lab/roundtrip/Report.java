package io.millrace.lab.roundtrip;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What became of all files.
 *
 * @param files in the order given
 * @param foreign records that belong to no line, or came back from a partition that is not their file's
 */
public record Report(List<FileReport> files, long foreign) {

    public Report {
        files = List.copyOf(files);
    }

    /** One figure over all files. */
    public long total(ToLongFunction<FileReport> figure) {
        return files.stream().mapToLong(figure).sum();
    }

    /** How many files were rebuilt byte for byte. */
    public long equalFiles() {
        return files.stream().filter(FileReport::isEqual).count();
    }

    /**
     * Whether everything came back exactly as it went in: equal bytes alone do not do, since two equal lines may have
     * changed places.
     */
    public boolean isClean() {
        return equalFiles() == files.size()
                && foreign == 0
                && total(FileReport::lost) == 0
                && total(FileReport::duplicated) == 0
                && total(FileReport::reordered) == 0
                && total(FileReport::altered) == 0;
    }
}
