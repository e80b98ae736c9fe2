package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.ProducerIdBlocks.Block;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Blocks of producer ids. */
interface ProducerIdsContract extends Contract {

    @Test
    default void blocksFollowEachOtherAndOutliveWhoTookThem() {
        Coordinator first = connect();
        assertThat(get(new ProducerIdBlocks(first).take())).isEqualTo(new Block(0, 1_000));
        assertThat(get(new ProducerIdBlocks(first).take())).isEqualTo(new Block(1_000, 2_000));
        first.close();

        Coordinator second = connect();
        assertThat(get(new ProducerIdBlocks(second).take())).isEqualTo(new Block(2_000, 3_000));
        assertThat(read(second, "/producer-ids").orElseThrow().data()).isEqualTo("{\"next\":3000}");
    }

    @Test
    default void r40BrokersThatTakeAtOnceShareNoId() {
        List<CompletionStage<Block>> taking = new ArrayList<>();
        for (int broker = 0; broker < 4; broker++) {
            ProducerIdBlocks blocks = new ProducerIdBlocks(connect());
            taking.add(blocks.take());
            taking.add(blocks.take());
        }
        List<Long> first =
                taking.stream().map(taken -> get(taken).first()).sorted().toList();
        assertThat(first).containsExactly(0L, 1_000L, 2_000L, 3_000L, 4_000L, 5_000L, 6_000L, 7_000L);
    }

    @Test
    default void aProducerIdsNodeThatCannotBeReadIsNamedAndLeftAlone() {
        Coordinator client = connect();
        made(client, newNode("/producer-ids", "{}"));
        assertThatThrownBy(() -> get(new ProducerIdBlocks(client).take()))
                .isInstanceOf(MalformedNodeException.class)
                .hasMessageContaining("/producer-ids");
        assertThat(read(client, "/producer-ids").orElseThrow().data()).isEqualTo("{}");
    }
}
