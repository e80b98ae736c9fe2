package io.millrace.client;

import static io.millrace.client.ScriptedBroker.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.ProduceResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Single decisions; what comes of all together is {@link SendMachineModelTest}'s. */
final class SendMachineTest {
    private static final long MS = 1_000_000;

    private final Routes routes = new Routes(List.of("a:1"));
    private final Recorder done = new Recorder();
    private final Queue source = new Queue();
    private SendMachine machine = machine(true);
    private long nowNs = 1_000 * MS;

    private SendMachine machine(boolean isIdempotent) {
        return new SendMachine(new SendRules(isIdempotent), routes, done, () -> 0.5);
    }

    private static final class Batch extends SendBatch {
        final String name;

        Batch(String name, long deadlineNs) {
            super(deadlineNs);
            this.name = name;
        }

        @Override
        int recordCount() {
            return 2;
        }

        @Override
        int sizeInBytes() {
            return name.startsWith("large") ? 1_001 : 100;
        }
    }

    private static final class Queue implements BatchSource {
        private final ArrayDeque<Batch> batches = new ArrayDeque<>();

        void add(Batch batch) {
            batches.add(batch);
        }

        boolean isEmpty() {
            return batches.isEmpty();
        }

        @Override
        public long readyInNs(long nowNs, boolean isBusy) {
            return isEmpty() ? Long.MAX_VALUE : 0;
        }

        @Override
        public @Nullable SendBatch take(long nowNs, boolean isBusy) {
            return batches.poll();
        }

        @Override
        public @Nullable SendBatch takeExpired(long nowNs, boolean all) {
            Batch first = batches.peek();
            return first != null && (all || nowNs >= first.deadlineNs()) ? batches.poll() : null;
        }

        @Override
        public boolean sleep() {
            return isEmpty();
        }
    }

    /** Writes down each effect in a word or two. */
    private static final class Recorder implements SendEffects {
        final List<String> effects = new ArrayList<>();

        @Override
        public void open(long streamId, String endpoint) {
            effects.add("open " + streamId + " " + endpoint);
        }

        @Override
        public boolean send(long streamId, long frameId, TopicPartition partition, SendBatch batch) {
            effects.add("send " + streamId + "/" + frameId + " " + ((Batch) batch).name + " of " + batch.producerId()
                    + ":" + batch.producerEpoch() + ":" + batch.sequence());
            return true;
        }

        @Override
        public void cancel(long streamId, String why) {
            effects.add("cancel " + streamId);
        }

        @Override
        public void askNews(String topic) {
            effects.add("news?");
        }

        @Override
        public void askProducerId() {
            effects.add("id?");
        }

        @Override
        public void acknowledge(TopicPartition partition, SendBatch batch, ProduceResponse answer) {
            effects.add("stored " + ((Batch) batch).name);
        }

        @Override
        public void fail(SendBatch batch, MillraceException failure) {
            effects.add((failure.isDefinite() ? "not stored " : "unknown ") + ((Batch) batch).name);
        }

        List<String> take() {
            List<String> taken = List.copyOf(effects);
            effects.clear();
            return taken;
        }
    }

    private void offer(String... names) {
        boolean wasEmpty = source.isEmpty();
        for (String name : names) {
            source.add(new Batch(name, nowNs + 10_000 * MS));
        }
        if (wasEmpty) {
            machine.onWork(new TopicPartition(TOPIC, 0), source);
        }
    }

    private List<String> pump() {
        machine.pump(nowNs);
        return done.take();
    }

    /** A leader, an id and a stream with a window. */
    private void open() {
        routes.onMetadata(ScriptedBroker.metadata(1, 1, "a:1", "b:1"));
        machine.onProducerId(7, 0);
        assertThat(pump()).containsExactly("open 1 a:1");
        machine.onWindow(1, 10, 10_000);
    }

    private void refuse(long streamId, long frameId, ErrorReason reason, Certainty certainty) {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(certainty)
                .build();
        machine.onRefused(streamId, frameId, detail, "told so by the test", nowNs);
    }

    private void store(long streamId, long frameId) {
        machine.onAppended(streamId, frameId, ProduceResponse.getDefaultInstance(), nowNs);
    }

    private void lose(long streamId) {
        machine.onClosed(
                streamId,
                MillraceException.withoutDetail(Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "broken", null),
                nowNs);
    }

    @Test
    void nothingIsSentBeforeThereIsAnIdALeaderAndAWindow() {
        offer("a");
        assertThat(pump()).containsExactly("id?");
        machine.onProducerId(7, 0);
        assertThat(pump()).containsExactly("news?");
        routes.onMetadata(ScriptedBroker.metadata(1, 1, "a:1"));
        machine.onNews(TOPIC);
        assertThat(pump()).containsExactly("open 1 a:1");
        assertThat(pump()).isEmpty();
        machine.onWindow(1, 10, 10_000);
        assertThat(pump()).containsExactly("send 1/1 a of 7:0:0");
    }

    @Test
    void fiveBatchesAreOnTheirWayCountedFromTheFirstThatIsNotAcknowledged() {
        offer("a", "b", "c", "d", "e", "f", "g");
        open();
        assertThat(pump()).hasSize(5).last().isEqualTo("send 1/5 e of 7:0:8");
        store(1, 2);
        assertThat(pump()).containsExactly("stored b");
        store(1, 1);
        assertThat(pump()).containsExactly("stored a", "send 1/6 f of 7:0:10", "send 1/7 g of 7:0:12");
    }

    @Test
    void theWindowOfTheStreamIsKept() {
        offer("a", "b", "c");
        open();
        machine.onWindow(1, 10, 250);
        assertThat(pump()).hasSize(2);
        store(1, 1);
        assertThat(pump()).containsExactly("stored a", "send 1/3 c of 7:0:4");
    }

    @Test
    void aBatchThatItsTopicDoesNotTakeIsNotSentAndCostsThoseBehindItNothing() {
        GetMetadataResponse metadata = ScriptedBroker.metadata(1, 1, "a:1", "b:1");
        routes.onMetadata(metadata.toBuilder()
                .setTopics(0, metadata.getTopics(0).toBuilder().setMaxBatchBytes(1_000))
                .build());
        machine.onProducerId(7, 0);
        offer("a", "large", "b");
        pump();
        machine.onWindow(1, 10, 10_000);

        assertThat(pump()).containsExactly("send 1/1 a of 7:0:0", "not stored large", "send 1/2 b of 7:0:2");
    }

    @Test
    void whatTheOldStreamOwesIsAwaitedBeforeAnythingGoesToTheNewLeader() {
        offer("a", "b");
        open();
        pump();
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        offer("c");
        assertThat(pump()).containsExactly("open 2 b:1");
        machine.onWindow(2, 10, 10_000);
        refuse(1, 1, ErrorReason.ERROR_REASON_NOT_LEADER, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).isEmpty();
        refuse(1, 2, ErrorReason.ERROR_REASON_NOT_LEADER, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).containsExactly("send 2/1 a of 7:0:0", "send 2/2 b of 7:0:2", "send 2/3 c of 7:0:4");
    }

    @Test
    void aGapThatIsCertainIsClosedByANewEpochForAllBehindIt() {
        offer("a", "b", "c");
        open();
        pump();
        refuse(1, 1, ErrorReason.ERROR_REASON_BAD_RECORD, Certainty.CERTAINTY_DEFINITE);
        refuse(1, 2, ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).containsExactly("not stored a");
        refuse(1, 3, ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).containsExactly("send 1/4 b of 7:1:0", "send 1/5 c of 7:1:2");
    }

    @Test
    void aBatchOfUnknownOutcomeKeepsItsNumberAndFailsWhereThatIsRefused() {
        offer("a");
        open();
        pump();
        lose(1);
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        assertThat(pump()).containsExactly("open 2 b:1");
        machine.onWindow(2, 10, 10_000);
        assertThat(pump()).containsExactly("send 2/1 a of 7:0:0");
        refuse(2, 1, ErrorReason.ERROR_REASON_UNKNOWN_PRODUCER_ID, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).containsExactly("unknown a");
    }

    @Test
    void aDeposedLeaderThatMissesWhatItsSuccessorHasCostsNoRecord() {
        offer("a");
        open();
        pump();
        lose(1);
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        pump();
        machine.onWindow(2, 10, 10_000);
        pump();
        routes.onMetadata(ScriptedBroker.metadata(1, 3, "a:1", "b:1"));
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(ErrorReason.ERROR_REASON_UNKNOWN_PRODUCER_ID)
                .setCertainty(Certainty.CERTAINTY_DEFINITE)
                .setLeader(LeaderHint.newBuilder().setEndpoint("b:1").setLeaderEpoch(2))
                .build();
        machine.onRefused(2, 1, detail, "told so by the test", nowNs);
        assertThat(pump()).containsExactly("open 3 a:1");
        machine.onWindow(3, 10, 10_000);
        assertThat(pump()).containsExactly("send 3/1 a of 7:0:0");
    }

    @Test
    void theEndOfAStreamTellsWhatWasNotTaken() {
        offer("a", "b");
        open();
        pump();
        store(1, 1);
        machine.onEnd(1, 1, nowNs);
        lose(1);
        assertThat(pump()).containsExactly("stored a", "news?");
        nowNs += 20_000 * MS;
        assertThat(pump()).containsExactly("not stored b");
    }

    @Test
    void whatWasSentAndNotAnsweredByItsDeadlineIsUnknown() {
        offer("a");
        open();
        pump();
        nowNs += 10_001 * MS;
        offer("b");
        assertThat(pump()).contains("unknown a").doesNotContain("not stored b", "unknown b");
        store(1, 1);
        assertThat(done.take()).doesNotContain("stored a");
    }

    /** A drill with SIGSTOP: the paused leader, the last to have answered, was asked who leads now. */
    @Test
    void aLeaderThatStandsStillIsAskedAboutElsewhereAfterASecond() {
        offer("a");
        open();
        routes.onAnswer("a:1");
        pump();

        nowNs += 1_000 * MS;
        assertThat(pump()).isEmpty();
        nowNs += MS;

        assertThat(pump()).containsExactly("news?");
        assertThat(routes.isSilent("a:1")).isTrue();
    }

    @Test
    void aLeaderThatWasReplacedAndOwesAnswersIsLeft() {
        offer("a");
        open();
        pump();
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        nowNs += 300 * MS;
        assertThat(pump()).isEmpty();
        nowNs += 200 * MS;
        assertThat(pump()).containsExactly("cancel 1", "open 2 b:1");
    }

    @Test
    void withoutAProducerOneBatchIsOnItsWayAndOneThatWasLostIsNotSentAgain() {
        machine = machine(false);
        offer("a", "b");
        open();
        assertThat(pump()).containsExactly("send 1/1 a of -1:-1:-1");
        lose(1);
        assertThat(pump()).first().isEqualTo("unknown a");
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        machine.onNews(TOPIC);
        assertThat(pump()).containsExactly("open 2 b:1");
        machine.onWindow(2, 10, 10_000);
        assertThat(pump()).containsExactly("send 2/1 b of -1:-1:-1");
    }

    @Test
    void afterTheLastEpochOfAnIdAFreshOneIsAskedFor() {
        offer("a", "b");
        routes.onMetadata(ScriptedBroker.metadata(1, 1, "a:1"));
        machine.onProducerId(7, Short.MAX_VALUE);
        pump();
        machine.onWindow(1, 10, 10_000);
        pump();
        refuse(1, 1, ErrorReason.ERROR_REASON_BAD_RECORD, Certainty.CERTAINTY_DEFINITE);
        refuse(1, 2, ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE, Certainty.CERTAINTY_DEFINITE);
        assertThat(pump()).containsExactly("not stored a");
        assertThat(pump()).containsExactly("id?");
        machine.onProducerId(8, 0);
        assertThat(pump()).containsExactly("send 1/3 b of 8:0:0");
    }

    @Test
    void theEndFailsEachWithTheTruth() {
        offer("a", "b", "c", "d", "e", "f");
        open();
        pump();
        machine.failAll("closed", nowNs);
        assertThat(done.take())
                .containsExactly(
                        "unknown a", "unknown b", "unknown c", "unknown d", "unknown e", "not stored f", "cancel 1");
    }

    /** Whatever a broker says of a later attempt, it does not know of the first. */
    @ParameterizedTest
    @EnumSource(
            value = ErrorReason.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNRECOGNIZED"})
    void noRefusalMakesAnOutcomeThatIsUnknownDefinite(ErrorReason reason) {
        offer("a");
        open();
        pump();
        lose(1);
        routes.onMetadata(ScriptedBroker.metadata(2, 2, "a:1", "b:1"));
        pump();
        machine.onWindow(2, 10, 10_000);
        assertThat(pump()).containsExactly("send 2/1 a of 7:0:0");

        refuse(2, 1, reason, Certainty.CERTAINTY_DEFINITE);
        nowNs += 10_001 * MS;

        assertThat(pump()).contains("unknown a").doesNotContain("not stored a");
    }

    /** A certainty that is missing is none. */
    @ParameterizedTest
    @EnumSource(
            value = ErrorReason.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNRECOGNIZED"})
    void whatTheOnlyAttemptWasRefusedWithIsAsCertainAsItsBrokerSays(ErrorReason reason) {
        for (boolean isIdempotent : List.of(true, false)) {
            assertThat(endOfARefused(isIdempotent, reason, Certainty.CERTAINTY_DEFINITE))
                    .contains("not stored a")
                    .doesNotContain("unknown a");
            assertThat(endOfARefused(isIdempotent, reason, Certainty.CERTAINTY_INDETERMINATE))
                    .contains("unknown a")
                    .doesNotContain("not stored a");
            assertThat(endOfARefused(isIdempotent, reason, Certainty.CERTAINTY_UNSPECIFIED))
                    .contains("unknown a")
                    .doesNotContain("not stored a");
        }
    }

    private List<String> endOfARefused(boolean isIdempotent, ErrorReason reason, Certainty certainty) {
        machine = machine(isIdempotent);
        offer("a");
        open();
        pump();
        refuse(1, 1, reason, certainty);
        nowNs += 10_001 * MS;
        return pump();
    }
}
