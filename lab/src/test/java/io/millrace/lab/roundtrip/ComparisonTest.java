package io.millrace.lab.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final TextFile POEM = TextFile.of("poem", "one\n", "two\r\n", "\n", "four");
    private static final TextFile LIST = TextFile.of("list", "a\n", "b\n", "c\n");
    private static final TextFile EMPTY = TextFile.of("empty");

    @Test
    void filesThatComeBackWholeAreClean() throws IOException {
        Report report = compare(Delivery.faultless(2, POEM, LIST, EMPTY), 2, POEM, LIST, EMPTY);

        assertThat(report.isClean()).isTrue();
        assertThat(report.equalFiles()).isEqualTo(3);
        assertThat(report.total(FileReport::readBack)).isEqualTo(7);
        assertThat(report.files()).extracting(FileReport::partition).containsExactly(0, 1, 0);
    }

    @Test
    void aMissingRecordIsLost() throws IOException {
        Report report = compare(Delivery.faultless(1, POEM).without(1), 1, POEM);

        assertFigures(report, 3, 1, 0, 0, 0);
        assertThat(report.equalFiles()).isZero();
    }

    @Test
    void aFileOfWhichNothingComesBackIsLostAsAWhole() throws IOException {
        Report report = compare(new Delivery(), 1, POEM);

        assertFigures(report, 0, 4, 0, 0, 0);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void aRecordThatComesTwiceIsDuplicatedAndNotReordered() throws IOException {
        Report report = compare(Delivery.faultless(1, POEM).again(0), 1, POEM);

        assertFigures(report, 5, 0, 1, 0, 0);
        assertThat(report.equalFiles()).isZero();
    }

    @Test
    void neighboursThatChangePlacesAreOneReordering() throws IOException {
        Report report = compare(Delivery.faultless(1, LIST).swapped(0, 1), 1, LIST);

        assertFigures(report, 3, 0, 0, 1, 0);
        assertThat(report.equalFiles()).isZero();
    }

    @Test
    void equalLinesThatChangePlacesLeaveEqualBytesAndAreStillNoticed() throws IOException {
        TextFile same = TextFile.of("same", "x\n", "x\n");
        Report report = compare(Delivery.faultless(1, same).swapped(0, 1), 1, same);

        assertThat(report.equalFiles()).isEqualTo(1);
        assertFigures(report, 2, 0, 0, 1, 0);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void oneOtherByteIsAnAlteredRecord() throws IOException {
        Delivery delivery =
                new Delivery().record(0, "0:0", "a\n").record(0, "0:1", "B\n").record(0, "0:2", "c\n");
        Report report = compare(delivery, 1, LIST);

        assertFigures(report, 3, 0, 0, 0, 1);
        assertThat(report.equalFiles()).isZero();
    }

    @Test
    void aTerminatorThatChangesIsAnAlteredRecord() throws IOException {
        TextFile dos = TextFile.of("dos", "a\r\n");
        Report report = compare(new Delivery().record(0, "0:0", "a\n"), 1, dos);

        assertFigures(report, 1, 0, 0, 0, 1);
    }

    @Test
    void aRecordWithoutAValueIsAltered() throws IOException {
        Report report = compare(Delivery.faultless(1, LIST).without(2).record(0, "0:2", null), 1, LIST);

        assertFigures(report, 3, 0, 0, 0, 1);
    }

    @Test
    void aByteThatMovesToTheNextRecordIsSeenThoughTheRebuiltBytesAreEqual() throws IOException {
        TextFile two = TextFile.of("two", "ab\n", "cd\n");
        Delivery delivery = new Delivery().record(0, "0:0", "ab").record(0, "0:1", "\ncd\n");
        Report report = compare(delivery, 1, two);

        assertThat(report.equalFiles()).isEqualTo(1);
        assertFigures(report, 2, 0, 0, 0, 2);
    }

    @Test
    void recordsOfStrangersAreForeignAndDoNotCountForAFile() throws IOException {
        Delivery delivery = Delivery.faultless(1, LIST)
                .record(0, null, "a\n")
                .record(0, "", "a\n")
                .record(0, "0:3", "beyond the end")
                .record(0, "1:0", "no such file")
                .record(0, "00:1", "b\n")
                .record(0, "-1:0", "a\n")
                .record(0, "0:99999999999999", "a\n");
        Report report = compare(delivery, 1, LIST);

        assertThat(report.foreign()).isEqualTo(7);
        assertFigures(report, 3, 0, 0, 0, 0);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void aRecordFromTheWrongPartitionIsForeignAndItsLineLost() throws IOException {
        Report report = compare(Delivery.faultless(2, LIST).without(1).record(1, "0:1", "b\n"), 2, LIST);

        assertThat(report.foreign()).isEqualTo(1);
        assertThat(report.total(FileReport::lost)).isEqualTo(1);
    }

    @Test
    void filesInOnePartitionMayAlternate() throws IOException {
        TextFile other = TextFile.of("other", "A\n", "B\n");
        Delivery delivery = new Delivery()
                .record(0, "0:0", "a\n")
                .record(0, "1:0", "A\n")
                .record(0, "0:1", "b\n")
                .record(0, "1:1", "B\n")
                .record(0, "0:2", "c\n");

        assertThat(compare(delivery, 1, LIST, other).isClean()).isTrue();
    }

    @Test
    void aFaultIsCountedForItsFileOnly() throws IOException {
        TextFile other = TextFile.of("other", "A\n", "B\n");
        Report report = compare(Delivery.faultless(1, LIST, other).without(3), 1, LIST, other);

        assertThat(report.files()).extracting(FileReport::lost).containsExactly(0L, 1L);
        assertThat(report.files()).extracting(FileReport::isEqual).containsExactly(true, false);
    }

    private static void assertFigures(
            Report report, long readBack, long lost, long duplicated, long reordered, long altered) {
        assertThat(List.of(
                        report.total(FileReport::readBack),
                        report.total(FileReport::lost),
                        report.total(FileReport::duplicated),
                        report.total(FileReport::reordered),
                        report.total(FileReport::altered)))
                .as("read back, lost, duplicated, reordered, altered")
                .containsExactly(readBack, lost, duplicated, reordered, altered);
    }

    private static Report compare(Delivery delivery, int partitions, TextFile... files) throws IOException {
        Comparison comparison = new Comparison(List.of(files), partitions);
        delivery.replay(comparison);
        return comparison.report();
    }
}
