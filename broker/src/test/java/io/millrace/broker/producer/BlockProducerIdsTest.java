package io.millrace.broker.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.ProducerIdBlocks;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BlockProducerIdsTest {

    private final VirtualTime time = new VirtualTime();
    private final InMemoryTree tree = new InMemoryTree();
    private final InMemoryCoordinator coordinator = tree.connect(time.loop());
    private final ProducerIds ids = brokerWith(coordinator);
    private final List<Outcome<Long>> answers = new ArrayList<>();

    @Test
    void twoBrokersNeverGiveOutTheSameId() {
        ProducerIds other = brokerWith(tree.connect(time.loop()));
        for (int i = 0; i < 2_500; i++) {
            ids.next(answers::add);
            other.next(answers::add);
        }
        time.settle();
        assertThat(answers).hasSize(5_000).allMatch(answer -> answer instanceof Outcome.Ok);
        assertThat(new HashSet<>(answers)).hasSize(5_000);
    }

    @Test
    void aBlockIsUsedUpBeforeTheNextIsTaken() {
        for (int i = 0; i < ProducerIdBlocks.BLOCK_SIZE; i++) {
            ids.next(answers::add);
        }
        time.settle();
        assertThat(node()).isEqualTo("{\"next\":1000}");
        ids.next(answers::add);
        time.settle();
        assertThat(node()).isEqualTo("{\"next\":2000}");
        assertThat(answers.get(1_000)).isEqualTo(Outcome.ok(1_000L));
    }

    @Test
    void withoutTheServiceAllWhoWaitAreRefusedAndLaterOnesServedAgain() {
        coordinator.suspend();
        ids.next(answers::add);
        ids.next(answers::add);
        time.settle();
        assertThat(answers).hasSize(2).allSatisfy(answer -> {
            assertThat(refusal(answer).reason()).isEqualTo(ErrorReason.COORDINATOR_NOT_AVAILABLE);
            assertThat(refusal(answer).definite()).isTrue();
        });
        coordinator.reconnect();
        ids.next(answers::add);
        time.settle();
        assertThat(answers.get(2)).isEqualTo(Outcome.ok(0L));
    }

    @Test
    void whatIsLeftOfABlockIsServedWithoutTheService() {
        ids.next(answers::add);
        time.settle();
        coordinator.suspend();
        ids.next(answers::add);
        time.settle();
        assertThat(answers.get(1)).isEqualTo(Outcome.ok(1L));
    }

    @Test
    void aNodeThatCannotBeReadIsNotOverwritten() {
        coordinator.commit(List.of(new Operation.Create("/producer-ids", "{}", false)));
        ids.next(answers::add);
        time.settle();
        assertThat(refusal(answers.get(0)).reason()).isEqualTo(ErrorReason.INTERNAL);
        assertThat(node()).isEqualTo("{}");
    }

    private String node() {
        CompletableFuture<Optional<Node>> read =
                coordinator.read("/producer-ids").toCompletableFuture();
        time.settle();
        return read.join().orElseThrow().data();
    }

    private ProducerIds brokerWith(InMemoryCoordinator client) {
        return new BlockProducerIds(new ProducerIdBlocks(client), time.loop());
    }

    private static Refusal refusal(Outcome<Long> answer) {
        return ((Outcome.No<Long>) answer).refusal();
    }
}
