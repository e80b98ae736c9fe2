package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.SentRuns;
import io.millrace.lab.drill.TopicCheck;
import io.millrace.lab.run.FaultOutcome.Unhealed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class HtmlReportTest {
    private static final FaultStep STEP = new FaultStep(FaultKind.KILL, 2, 0, 1_000, 500);

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

    private static Document parse(String page) throws Exception {
        assertThat(page).doesNotContain("http:", "https:", "src=", "href=");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    private static RunReport report(boolean isHealed) {
        RunPlan plan = new RunPlan("t", 2, 3, 100, 100, 1, 1, 1, Duration.ofSeconds(10), List.of(STEP), 4711);
        TopicCheck check = new TopicCheck(new Payload(1, 100), List.of(new SentRuns(), new SentRuns()));
        return new RunReport(
                plan,
                "a & b <c>",
                "millrace lab run --seed 4711",
                Instant.EPOCH,
                Map.of(FaultKind.CLOCK, "no library"),
                10_000,
                List.of(new FaultOutcome(
                        STEP, 2_000, 3_000, 4_500, 420, 3, 1, true, isHealed ? null : Unhealed.NOT_IN_SYNC)),
                List.of(new Timeline.Bucket(25, 0, 0), new Timeline.Bucket(0, 25, 1)),
                List.of(new Timeline.Silence(1, 2_000, 2_600)),
                new ClientCounts(1_000, 0, 0, 0, 0, 1, 0),
                check.counts(),
                new Readings.Counts(0, 0, 0, 0, 0, 0),
                List.of(),
                true,
                true);
    }
}
