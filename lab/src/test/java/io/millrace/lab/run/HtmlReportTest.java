package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.SentRuns;
import io.millrace.lab.drill.TopicCheck;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Stamp;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.run.FaultOutcome.Unhealed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class HtmlReportTest {
    private static final FaultStep STEP = new FaultStep(FaultKind.KILL, 2, FaultForm.PLAIN, 1_000, 500);

    @Test
    void thePageIsWellFormedAndHoldsTheFigures() throws Exception {
        RunReport report = report(true);
        Document page = parse(HtmlReport.of(report));
        String text = page.getDocumentElement().getTextContent();
        assertThat(text)
                .contains(
                        "Every promise was kept",
                        "4711",
                        "kill broker-2",
                        "a & b <c>",
                        "--seed 4711",
                        "clock: no library");
        assertThat(page.getElementsByTagName("polyline").getLength()).isOne();
        assertThat(page.getElementsByTagName("rect").getLength()).isEqualTo(3);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void whatWasBrokenIsSaid() throws Exception {
        String text = parse(HtmlReport.of(report(false))).getDocumentElement().getTextContent();
        assertThat(text)
                .contains("Broken: after kill broker-2 for 1.0 s the cluster did not have a leader", "not healed");
        assertThat(text).doesNotContain("Every promise");
    }

    @Test
    void aFindingIsToldWithItsLine() throws Exception {
        HistoryEvent foreign = new Fetched(
                new Stamp("reader-0", 0, 1), 0, new Partition("t", 0), 0, -1, -1, List.of(new Run(0, 7, 1)));

        String text =
                parse(HtmlReport.of(report(true, foreign))).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("Broken: the history shows unsent (1)", "t-0: value 7 was read at offset 0", "line 1");
    }

    @Test
    void whereNamesOfFaultsWouldCoverEachOtherThereAreNumbersInRowsThatDoNot() {
        List<FaultOutcome> many = IntStream.range(0, 90)
                .mapToObj(i -> new FaultOutcome(STEP, i * 10_000L, 0, 0, 0, 0, 0, false, null))
                .toList();

        List<FaultLabels.Label> labels =
                FaultLabels.of(many, new PlotScale(900_000, 1_000)).all();

        assertThat(labels).extracting(FaultLabels.Label::text).contains("1", "90");
        for (FaultLabels.Label one : labels) {
            assertThat(labels)
                    .filteredOn(other -> !other.equals(one) && other.row() == one.row())
                    .allMatch(other -> Math.abs(other.x() - one.x()) > 12);
        }
    }

    private static Document parse(String page) throws Exception {
        assertThat(page).doesNotContain("http:", "https:", "src=", "href=");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    private static RunReport report(boolean isHealed, HistoryEvent... events) {
        List<HistoryEvent> history = List.of(events);
        RunPlan plan = new RunPlan("t", 2, 3, 100, 100, 1, 1, 1, Duration.ofSeconds(10), List.of(STEP), 4711);
        TopicCheck check = new TopicCheck(new Payload(1, 100), List.of(new SentRuns(), new SentRuns()));
        Course course = new Course(
                Instant.EPOCH,
                10_000,
                List.of(new FaultOutcome(
                        STEP, 2_000, 3_000, 4_500, 420, 3, 1, true, isHealed ? null : Unhealed.NOT_IN_SYNC)),
                3,
                1,
                List.of(new Timeline.Bucket(25, 0, 0), new Timeline.Bucket(0, 25, 1)),
                List.of(new Timeline.Silence(1, 2_000, 2_600)),
                new ClientCounts(1_000, 0, 0, 0, 0, 1, 0, 0),
                check.counts(),
                new Readings.Counts(0, 0, 0, 0, 0, 0),
                true);
        RunTarget target = new RunTarget(
                "localhost:1",
                "a & b <c>",
                "millrace lab run --seed 4711",
                new FaultKit(
                        Map.of(),
                        Arrays.stream(FaultKind.values())
                                .collect(Collectors.toMap(kind -> kind, kind -> "no library"))),
                Map.of(FaultKind.CLOCK, "no library"),
                "millrace 0",
                Optional.empty());
        return new RunReport(plan, target, course, HistoryCheck.check(history), List.of(), true);
    }
}
