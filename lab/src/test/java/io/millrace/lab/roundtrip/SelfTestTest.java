package io.millrace.lab.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    private static final TextFile LONG = TextFile.of("long", "a\n", "b\n", "\n", "\n", "\n", "f");
    private static final TextFile SHORT = TextFile.of("short", "x\n");

    @Test
    void everyPlantedFaultIsReportedAsWhatItIs() throws IOException {
        List<SelfTest.Finding> findings = new SelfTest(List.of(SHORT, LONG), 1).run(Delivery.faultless(1, SHORT, LONG));

        assertThat(findings).extracting(SelfTest.Finding::fault).containsExactly(Fault.values());
        assertThat(findings).allMatch(SelfTest.Finding::isFound);
    }

    @Test
    void faultsArePlantedWhereTheyShowInTheBytes() throws IOException {
        List<SelfTest.Finding> findings = new SelfTest(List.of(LONG), 1).run(Delivery.faultless(1, LONG));

        assertThat(victimOf(Fault.DROP, findings)).contains(new LineKey(0, 3));
        assertThat(victimOf(Fault.SWAP, findings)).contains(new LineKey(0, 4));
    }

    @Test
    void aSwapWaitsForTheNextLineOfTheSameFile() throws IOException {
        TextFile first = TextFile.of("first", "a\n", "b\n");
        TextFile second = TextFile.of("second", "A\n");
        Delivery alternating =
                new Delivery().record(0, "0:0", "a\n").record(0, "1:0", "A\n").record(0, "0:1", "b\n");

        assertThat(new SelfTest(List.of(first, second), 1).run(alternating)).allMatch(SelfTest.Finding::isFound);
    }

    @Test
    void aFaultThatNoLineAllowsCountsAsNotFound() throws IOException {
        List<SelfTest.Finding> findings = new SelfTest(List.of(SHORT), 1).run(Delivery.faultless(1, SHORT));

        assertThat(findings).extracting(SelfTest.Finding::isFound).containsExactly(true, true, false);
        assertThat(victimOf(Fault.SWAP, findings)).isEqualTo(Optional.empty());
    }

    @Test
    void aFaultThatIsAlreadyThereIsNotTakenForThePlantedOne() throws IOException {
        List<SelfTest.Finding> findings =
                new SelfTest(List.of(LONG), 1).run(Delivery.faultless(1, LONG).without(0));

        assertThat(findings).noneMatch(SelfTest.Finding::isFound);
    }

    private static Optional<LineKey> victimOf(Fault fault, List<SelfTest.Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.fault() == fault)
                .findFirst()
                .orElseThrow()
                .victim();
    }
}
