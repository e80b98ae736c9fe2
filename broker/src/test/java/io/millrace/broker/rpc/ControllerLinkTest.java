package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.proto.internal.v1.ControllerServiceGrpc;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControllerLinkTest {

    private static final IsrProposal PROPOSAL = new IsrProposal(
            Clusters.partition(3),
            Clusters.incarnation(2),
            7,
            5,
            6,
            List.of(Clusters.incarnation(2), new BrokerIncarnation(3, 31)));

    private final List<IsrVerdict> verdicts = new CopyOnWriteArrayList<>();
    private RpcBroker controller;
    private RpcBroker leader;
    private GrpcControllerLink link;

    @BeforeEach
    void start() throws Exception {
        controller = new RpcBroker(1);
        leader = new RpcBroker(2);
        controller.image = Clusters.image(List.of(controller.asImage(), leader.asImage()), 2);
        leader.image = controller.image;
        link = new GrpcControllerLink(leader.context, leader.controller, leader.peers);
    }

    @AfterEach
    void stop() {
        leader.close();
        controller.close();
    }

    @ParameterizedTest
    @EnumSource(IsrVerdict.Kind.class)
    void proposalAndVerdictArriveAsTheyWere(IsrVerdict.Kind kind) {
        PartitionState state = PartitionStates.of(2, 20, 5, 7, List.of(2, 3), List.of(3, 2, 1));
        controller.controller.onPropose = reply -> reply.accept(new IsrVerdict(kind, state));

        assertThat(propose()).isEqualTo(new IsrVerdict(kind, state));
        assertThat(controller.controller.proposals).containsExactly(PROPOSAL);
    }

    @Test
    void aVerdictWithoutAStateHasNone() {
        controller.controller.onPropose = reply -> reply.accept(IsrVerdict.of(IsrVerdict.Kind.FENCED));

        assertThat(propose()).isEqualTo(IsrVerdict.of(IsrVerdict.Kind.FENCED));
    }

    @Test
    void theControllerAsksItself() {
        leader.self = Optional.of(Clusters.incarnation(1));
        leader.controller.onPropose = reply -> reply.accept(IsrVerdict.of(IsrVerdict.Kind.COMMITTED));

        assertThat(propose().kind()).isEqualTo(IsrVerdict.Kind.COMMITTED);
        assertThat(controller.controller.proposals).isEmpty();
    }

    @Test
    void nobodyIsAskedWhileNoControllerIsKnown() {
        leader.image = ClusterImage.empty(Clusters.ID);

        assertThat(propose().kind()).isEqualTo(IsrVerdict.Kind.NOT_CONTROLLER);
    }

    @Test
    void aControllerThatCannotBeReachedHasNotRecordedAnything() {
        controller.servers.close();

        assertThat(propose().kind()).isEqualTo(IsrVerdict.Kind.NOT_CONTROLLER);
    }

    @Test
    void aControllerThatDiesOverAProposalMayHaveRecordedIt() {
        controller.controller.onPropose = reply -> controller.kill();

        assertThat(propose().kind()).isEqualTo(IsrVerdict.Kind.UNKNOWN_OUTCOME);
    }

    @Test
    void aProposalDoesNotWaitForAControllerThatIsNoLongerTheOne() {
        link.proposeIsr(PROPOSAL, verdicts::add);
        await().until(() -> !controller.controller.proposals.isEmpty());

        leader.image = Clusters.image(List.of(leader.asImage(), controller.asImage()), 2);
        link.onImage(leader.image);

        await().atMost(Duration.ofSeconds(2)).until(() -> !verdicts.isEmpty());
        assertThat(verdicts).containsExactly(IsrVerdict.of(IsrVerdict.Kind.UNKNOWN_OUTCOME));
    }

    /** gRPC throws at a send on a cancelled call: on a partition's loop that had stopped the broker. */
    @Test
    void aControllerThatChangesWhileAProposalIsSentStopsNobody() throws Exception {
        ClusterImage asked = leader.image;
        ClusterImage changed = Clusters.image(List.of(leader.asImage(), controller.asImage()), 2);
        controller.controller.onPropose = reply -> reply.accept(IsrVerdict.of(IsrVerdict.Kind.COMMITTED));
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!isOver.get()) {
                link.onImage(changed);
            }
        });

        try {
            for (int proposal = 1; proposal <= 500; proposal++) {
                leader.image = asked;
                link.proposeIsr(PROPOSAL, verdicts::add);
                int expected = proposal;
                await().pollInterval(Duration.ofMillis(1)).until(() -> verdicts.size() == expected);
            }
        } finally {
            isOver.set(true);
            changes.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aProposalWaitsWhileTheControllerStays() {
        link.proposeIsr(PROPOSAL, verdicts::add);
        await().until(() -> !controller.controller.proposals.isEmpty());

        link.onImage(leader.image);
        controller.controller.onPropose = reply -> reply.accept(IsrVerdict.of(IsrVerdict.Kind.FENCED));
        link.proposeIsr(PROPOSAL, verdicts::add);

        await().until(() -> !verdicts.isEmpty());
        assertThat(verdicts).containsExactly(IsrVerdict.of(IsrVerdict.Kind.FENCED));
    }

    @Test
    void aControllerThatIsNotReadyHasNotRecordedAnything() {
        controller.self = Optional.empty();

        assertThat(propose().kind()).isEqualTo(IsrVerdict.Kind.NOT_CONTROLLER);
        assertThat(controller.controller.proposals).isEmpty();
    }

    @Test
    void aProposalOfAnotherClusterIsRefused() {
        assertThatThrownBy(() -> ControllerServiceGrpc.newBlockingStub(controller.internal())
                        .proposeIsr(ProposeIsrRequest.newBuilder()
                                .setClusterId("another")
                                .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("cluster_id");
        assertThat(controller.controller.proposals).isEmpty();
    }

    @Test
    void aStopIsAnnouncedUnderTheOwnIncarnation() throws Exception {
        CompletableFuture<OptionalInt> leads = new CompletableFuture<>();

        link.announceStop(leads::complete);

        assertThat(leads.get(10, TimeUnit.SECONDS)).hasValue(3);
        assertThat(controller.controller.stopping).containsExactly(Clusters.incarnation(2));
    }

    @Test
    void aStopThatTheControllerDoesNotHearOfIsNotAnswered() throws Exception {
        CompletableFuture<OptionalInt> leads = new CompletableFuture<>();
        controller.servers.close();

        link.announceStop(leads::complete);

        assertThat(leads.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    /** Proposes and waits for the one verdict. */
    private IsrVerdict propose() {
        link.proposeIsr(PROPOSAL, verdicts::add);
        await().until(() -> !verdicts.isEmpty());
        assertThat(verdicts).hasSize(1);
        return verdicts.get(0);
    }
}
