package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ModelCluster.Answer;
import io.millrace.client.ModelCluster.Sent;
import io.millrace.client.ModelCluster.Stored;
import io.millrace.client.ModelCluster.Stream;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ProduceResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random interleavings of answers, losses, moves and timeouts. The seed is in the name of what fails. */
final class SendMachineModelTest {
    private static final int RUNS = 60;
    private static final int STEPS = 600;

    @Test
    void nothingAcknowledgedIsLostDoubledOrReorderedWhateverFails() {
        long first = new Random().nextLong(1_000_000_000);
        for (long seed = first; seed < first + RUNS; seed++) {
            run(seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 798213624, 817338512})
    void theSameForSeedsThatNeverChangeOrHaveFailedBefore(long seed) {
        run(seed);
    }

    private static void run(long seed) {
        try {
            new Run(seed).play();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static final class ModelBatch extends SendBatch {
        final int id;
        final int partition;
        final int records;
        final boolean isPoison;

        @Nullable
        ProduceResponse answer;

        @Nullable
        MillraceException failure;

        ModelBatch(int id, int partition, int records, boolean isPoison, long deadlineNs) {
            super(deadlineNs);
            this.id = id;
            this.partition = partition;
            this.records = records;
            this.isPoison = isPoison;
        }

        @Override
        int recordCount() {
            return records;
        }

        @Override
        int sizeInBytes() {
            return 100 * records;
        }
    }

    private static final class Source implements BatchSource {
        final ArrayDeque<ModelBatch> waiting = new ArrayDeque<>();
        boolean isAwake;

        @Override
        public long readyInNs(long nowNs, boolean isBusy) {
            return waiting.isEmpty() ? Long.MAX_VALUE : 0;
        }

        @Override
        public @Nullable SendBatch take(long nowNs, boolean isBusy) {
            return waiting.poll();
        }

        @Override
        public @Nullable SendBatch takeExpired(long nowNs, boolean all) {
            ModelBatch first = waiting.peek();
            return first != null && (all || nowNs >= first.deadlineNs()) ? waiting.poll() : null;
        }

        @Override
        public boolean sleep() {
            isAwake = !waiting.isEmpty();
            return !isAwake;
        }
    }

    private static final class Run implements SendEffects {
        private static final int PARTITIONS = 3;
        private static final long DELIVERY_NS = 3_000_000_000L;

        private final Random random;
        private final ModelCluster cluster;
        private final Routes routes = new Routes(List.of("b0:1"));
        private final SendMachine machine;
        private final List<Source> sources = new ArrayList<>();
        private final List<ModelBatch> batches = new ArrayList<>();
        private final Map<Long, Stream> connected = new HashMap<>();
        private final List<Runnable> questions = new ArrayList<>();
        private long producerIds = 100;
        private long nowNs = 5_000_000_000L;

        Run(long seed) {
            random = new Random(seed);
            cluster = new ModelCluster(random, PARTITIONS);
            machine = new SendMachine(new SendRules(true), routes, this, random::nextDouble);
            for (int i = 0; i < PARTITIONS; i++) {
                sources.add(new Source());
            }
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            settle();
            check();
        }

        private void step() {
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> offer();
                case 4, 5, 6, 7, 8 -> anyStream(cluster::judge);
                case 9, 10, 11, 12 -> anyStream(this::answer);
                case 13, 14, 15 -> cluster.commit(random.nextInt(PARTITIONS));
                case 16 -> nowNs += random.nextInt(20) == 0 ? 2_000_000_000L : random.nextInt(50_000_000);
                case 17, 18 -> answerQuestion();
                case 19 -> breakStream();
                case 20 -> drain();
                case 21 -> moveSometimes();
                default -> nowNs += 1_000_000;
            }
            machine.pump(nowNs);
        }

        private void moveSometimes() {
            if (random.nextInt(3) == 0) {
                cluster.moveLeader(random.nextInt(PARTITIONS));
                if (random.nextBoolean()) {
                    routes.onMetadata(cluster.metadata());
                }
            }
        }

        private void offer() {
            int partition = random.nextInt(PARTITIONS);
            ModelBatch batch = new ModelBatch(
                    batches.size(), partition, 1 + random.nextInt(3), random.nextInt(40) == 0, nowNs + DELIVERY_NS);
            batches.add(batch);
            Source source = sources.get(partition);
            source.waiting.add(batch);
            if (!source.isAwake) {
                source.isAwake = true;
                machine.onWork(new TopicPartition(ModelCluster.TOPIC, partition), source);
            }
        }

        private void anyStream(java.util.function.Consumer<Stream> action) {
            if (!cluster.streams.isEmpty()) {
                action.accept(cluster.streams.get(random.nextInt(cluster.streams.size())));
            }
        }

        private void answer(Stream stream) {
            Answer answer = cluster.answer(stream);
            if (answer == null || !stream.isConnected) {
                return;
            }
            Stored stored = answer.stored();
            if (stored != null) {
                machine.onAppended(stream.id, answer.frameId(), ModelCluster.appended(stored), nowNs);
            } else if (answer.refusal() != null) {
                machine.onRefused(stream.id, answer.frameId(), answer.refusal(), "told so by the model", nowNs);
            }
        }

        private void answerQuestion() {
            if (!questions.isEmpty()) {
                questions.remove(random.nextInt(questions.size())).run();
            }
        }

        /** What was sent and not read by the broker yet is read by it later, or never. */
        private void breakStream() {
            if (connected.isEmpty() || random.nextInt(3) > 0) {
                return;
            }
            Stream stream = new ArrayList<>(connected.values()).get(random.nextInt(connected.size()));
            disconnect(stream);
            machine.onClosed(
                    stream.id,
                    MillraceException.withoutDetail(
                            MillraceException.Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "broken", null),
                    nowNs);
        }

        private void disconnect(Stream stream) {
            connected.remove(stream.id);
            stream.isConnected = false;
            int kept = stream.frames.isEmpty() ? 0 : random.nextInt(stream.frames.size() + 1);
            while (stream.frames.size() > kept) {
                stream.frames.pollLast();
            }
        }

        private void drain() {
            if (connected.isEmpty() || random.nextInt(4) > 0) {
                return;
            }
            Stream stream = new ArrayList<>(connected.values()).get(random.nextInt(connected.size()));
            // All that was taken is answered first.
            for (int tries = 0; !stream.answers.isEmpty() && tries < 1_000; tries++) {
                cluster.commit(random.nextInt(PARTITIONS));
                answer(stream);
            }
            stream.frames.clear();
            machine.onEnd(stream.id, stream.lastTaken, nowNs);
            connected.remove(stream.id);
            stream.isConnected = false;
            machine.onClosed(
                    stream.id,
                    MillraceException.withoutDetail(
                            MillraceException.Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "ended", null),
                    nowNs);
        }

        /** No more faults: all that is not over its deadline has to arrive. */
        private void settle() {
            cluster.hasFaults = false;
            int offered = batches.size();
            for (int i = 0; i < 40; i++) {
                offer();
            }
            for (int round = 0; round < 3_000 && batches.stream().anyMatch(b -> !isTold(b)); round++) {
                nowNs += 1_000_000;
                questions.stream().toList().forEach(Runnable::run);
                questions.clear();
                machine.pump(nowNs);
                List.copyOf(cluster.streams).forEach(cluster::judge);
                for (int i = 0; i < PARTITIONS; i++) {
                    cluster.commit(i);
                }
                List.copyOf(cluster.streams).forEach(this::answer);
            }
            for (ModelBatch batch : batches.subList(offered, batches.size())) {
                assertThat(batch.isPoison || batch.answer != null)
                        .as("batch %s after the faults: %s", batch.id, batch.failure)
                        .isTrue();
            }
            // Copies that are still in the brokers' hands come at last.
            for (Stream stream : cluster.streams) {
                while (!stream.frames.isEmpty()) {
                    cluster.judge(stream);
                }
            }
        }

        private static boolean isTold(ModelBatch batch) {
            return batch.answer != null || batch.failure != null;
        }

        private void check() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Integer> stored = cluster.logs.get(partition).batches.stream()
                        .map(batch -> batch.sent().batchId())
                        .toList();
                assertThat(stored)
                        .as("order in partition %s", partition)
                        .isSorted()
                        .doesNotHaveDuplicates();
            }
            for (ModelBatch batch : batches) {
                assertThat(isTold(batch)).as("batch %s is told", batch.id).isTrue();
                List<Stored> copies = cluster.logs.get(batch.partition).batches.stream()
                        .filter(stored -> stored.sent().batchId() == batch.id)
                        .toList();
                if (batch.answer != null) {
                    assertThat(copies).as("acknowledged %s", batch.id).hasSize(1);
                    assertThat(copies.get(0).baseOffset()).isEqualTo(batch.answer.getBaseOffset());
                } else if (batch.failure != null && batch.failure.isDefinite()) {
                    assertThat(copies)
                            .as("DEFINITE %s: %s", batch.id, batch.failure.getMessage())
                            .isEmpty();
                }
            }
        }

        @Override
        public void open(long streamId, String endpoint) {
            Stream stream = new Stream(streamId, endpoint.charAt(1) - '0');
            cluster.streams.add(stream);
            connected.put(streamId, stream);
            questions.add(() -> machine.onWindow(streamId, 1 + random.nextInt(8), 100 + random.nextInt(2_000)));
        }

        @Override
        public boolean send(long streamId, long frameId, TopicPartition partition, SendBatch batch) {
            ModelBatch sent = (ModelBatch) batch;
            assertThat(connected).as("streams that are open").containsKey(streamId);
            Stream stream = Objects.requireNonNull(connected.get(streamId));
            stream.frames.add(new Object[] {
                frameId,
                new Sent(
                        sent.id,
                        partition.partition(),
                        sent.records,
                        sent.producerId(),
                        sent.producerEpoch(),
                        sent.sequence(),
                        sent.isPoison)
            });
            if (random.nextInt(5) == 0) {
                questions.add(() -> machine.onReady(streamId));
                return false;
            }
            return true;
        }

        @Override
        public void cancel(long streamId, String why) {
            Stream stream = connected.get(streamId);
            if (stream != null) {
                disconnect(stream);
            }
        }

        @Override
        public void askNews(String topic) {
            questions.add(() -> {
                routes.onMetadata(cluster.metadata());
                machine.onNews(topic);
            });
        }

        @Override
        public void askProducerId() {
            questions.add(() -> machine.onProducerId(producerIds++, 0));
        }

        @Override
        public void acknowledge(TopicPartition partition, SendBatch batch, ProduceResponse answer) {
            ModelBatch done = (ModelBatch) batch;
            assertThat(isTold(done)).as("told once").isFalse();
            done.answer = answer;
        }

        @Override
        public void fail(SendBatch batch, MillraceException failure) {
            ModelBatch done = (ModelBatch) batch;
            assertThat(isTold(done)).as("told once").isFalse();
            done.failure = failure;
        }
    }
}
