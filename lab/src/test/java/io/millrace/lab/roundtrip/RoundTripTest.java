package io.millrace.lab.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.lab.FakeBroker;
import io.millrace.lab.traffic.TopicReplay;
import io.millrace.proto.v1.ErrorReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sender and reader over gRPC, against a broker that is simple enough to be right. */
class RoundTripTest {
    private static final String TOPIC = "trip";
    private static final int PARTITIONS = 3;
    // So many lines do not fit one batch of the client.
    private static final int MANY_LINES = 20_000;

    @TempDir
    Path folder;

    private final List<LineFile> files = new ArrayList<>();
    private final FakeBroker broker;
    private final MillraceClient client;

    RoundTripTest() throws IOException {
        broker = new FakeBroker(TOPIC, PARTITIONS);
        client = MillraceClient.of(broker.address());
    }

    @BeforeEach
    void someFiles() throws IOException {
        String[] contents = {
            "a line that is one of many\n".repeat(MANY_LINES) + "the last", "", "a\r\nb\rc\n", "d", "e\n\n", "\n"
        };
        for (String content : contents) {
            files.add(LineFile.open(Files.writeString(folder.resolve("file-" + files.size()), content)));
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        broker.close();
        LineFile.closeAll(files);
    }

    @Test
    void filesOfManyBatchesComeBackWhole() throws Exception {
        RoundTripSender.Outcome outcome = send();

        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.report().isComplete()).isTrue();
        assertThat(outcome.report().files())
                .extracting(SentFile::acknowledged)
                .containsExactly(MANY_LINES + 1L, 0L, 2L, 1L, 2L, 1L);
        assertThat(broker.batchCount()).isGreaterThan(PARTITIONS);
        assertThat(readBack().isClean()).isTrue();
    }

    @Test
    void plantedFaultsAreFoundInWhatReallyCameBack() throws Exception {
        send();

        assertThat(new SelfTest(files, PARTITIONS).run(new TopicReplay(client, TOPIC, PARTITIONS)))
                .hasSize(3)
                .allMatch(SelfTest.Finding::isFound);
    }

    @Test
    void whatIsRefusedIsNotAcknowledgedAndIsReportedLost() throws Exception {
        broker.maxBatches = 2;

        RoundTripSender.Outcome outcome = send();
        Report report = readBack();

        assertThat(outcome.failure()).isPresent();
        assertThat(outcome.report().isComplete()).isFalse();
        assertThat(outcome.report().files().get(0).acknowledged()).isBetween(1L, MANY_LINES - 1L);
        assertThat(report.total(FileReport::lost))
                .isEqualTo(outcome.report().total(SentFile::lines)
                        - outcome.report().total(SentFile::acknowledged));
    }

    @Test
    void theFailureIsTheBrokersOwnWord() throws Exception {
        broker.maxBatches = 0;

        assertThat(send().failure().orElseThrow())
                .satisfies(failure -> assertThat(reasons(failure)).contains(ErrorReason.ERROR_REASON_BAD_RECORD));
    }

    @Test
    void aFetchThatBeginsBelowWhatWasAskedForIsTrimmed() throws Exception {
        send();
        broker.logStartOffset = 5;

        assertThat(readBack().total(FileReport::lost)).isEqualTo(5);
    }

    @Test
    void aBatchThatDoesNotMatchItsChecksumIsNotBelieved() throws Exception {
        send();
        broker.isDamaging = true;

        assertThatThrownBy(this::readBack)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not match its checksum");
    }

    @Test
    void aPacedSendingTakesItsTimeAndEveryPartitionItsShare() throws Exception {
        Duration total = Duration.ofMillis(300);
        List<Long> inFlight = new ArrayList<>();
        long startNs = System.nanoTime();

        RoundTripSender.Outcome outcome = new RoundTripSender(client, TOPIC, PARTITIONS)
                .send(files, new Pace(total), progress -> {
                    inFlight.add(progress.inFlight(progress.busiestPartition()));
                    progress.mark();
                    return inFlight.size() == 2;
                });

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(total.toNanos());
        assertThat(inFlight).hasSize(2).allMatch(count -> count > 0);
        assertThat(outcome.gapNs()).isPresent();
        assertThat(outcome.report().isComplete()).isTrue();
        assertThat(readBack().isClean()).isTrue();
    }

    private RoundTripSender.Outcome send() throws IOException, InterruptedException {
        return new RoundTripSender(client, TOPIC, PARTITIONS).send(files);
    }

    private Report readBack() throws IOException {
        Comparison comparison = new Comparison(files, PARTITIONS);
        new TopicReplay(client, TOPIC, PARTITIONS).replay(comparison);
        return comparison.report();
    }

    /** A record behind the refused batch fails because of it. */
    private static List<ErrorReason> reasons(Throwable failure) {
        List<ErrorReason> reasons = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MillraceException refusal) {
                reasons.add(refusal.reason());
            }
        }
        return reasons;
    }
}
