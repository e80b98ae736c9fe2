package io.millrace.broker.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.proto.internal.v1.AnnounceStopRequest;
import io.millrace.proto.internal.v1.AnnounceStopResponse;
import io.millrace.proto.internal.v1.ControllerServiceGrpc;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import io.millrace.proto.internal.v1.ProposeIsrResponse;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Asks the controller, wherever the newest image says that it is. */
public final class GrpcControllerLink implements ControllerLink {

    private static final int DEADLINE_S = 5;

    private final RpcContext context;
    private final ControllerRequests local;
    private final PeerChannels channels;
    private final Set<Question> open = ConcurrentHashMap.newKeySet();

    /** A call that waits for an answer. */
    private record Question(BrokerIncarnation controller, ClientCall<ProposeIsrRequest, ProposeIsrResponse> call) {}

    /** @param local asked where this broker is the controller itself */
    public GrpcControllerLink(RpcContext context, ControllerRequests local, PeerChannels channels) {
        this.context = context;
        this.local = local;
        this.channels = channels;
    }

    @Override
    public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
        ClusterImage image = context.image().get();
        BrokerIncarnation controller = image.controller();
        String endpoint = image.controllerEndpoint();
        if (controller != null && context.isSelf(controller.id())) {
            local.proposeIsr(proposal, reply);
        } else if (controller == null || endpoint == null) {
            reply.accept(IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER));
        } else {
            ask(controller, endpoint, ControllerMessages.message(image.clusterId(), proposal), reply);
        }
    }

    /**
     * Ends what waits for a controller that is no longer the one: a stopped process would keep it waiting until the
     * deadline. Whoever asked hears that the outcome is unknown, and asks the new one.
     */
    public void onImage(ClusterImage image) {
        open.forEach(question -> endUnless(image, question));
    }

    private static void endUnless(ClusterImage image, Question question) {
        if (!question.controller().equals(image.controller())) {
            question.call().cancel("another controller was elected", null);
        }
    }

    @Override
    public void announceStop(Consumer<OptionalInt> reply) {
        BrokerIncarnation self = context.self().get().orElse(null);
        ClusterImage image = context.image().get();
        BrokerIncarnation controller = image.controller();
        String endpoint = image.controllerEndpoint();
        if (self == null || controller == null || endpoint == null) {
            reply.accept(OptionalInt.empty());
        } else if (context.isSelf(controller.id())) {
            local.announceStop(
                    self, outcome -> reply.accept(outcome.fold(OptionalInt::of, refusal -> OptionalInt.empty())));
        } else {
            announceStop(channels.calls(controller, endpoint), image.clusterId(), self, reply);
        }
    }

    private static void announceStop(
            ManagedChannel channel, String clusterId, BrokerIncarnation self, Consumer<OptionalInt> reply) {
        AnnounceStopRequest request = AnnounceStopRequest.newBuilder()
                .setClusterId(clusterId)
                .setBrokerId(self.id())
                .setBrokerEpoch(self.epoch())
                .build();
        ControllerServiceGrpc.newStub(channel)
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                .announceStop(request, new StreamObserver<>() {
                    private OptionalInt leads = OptionalInt.empty();

                    @Override
                    public void onNext(AnnounceStopResponse response) {
                        leads = response.getAccepted() ? OptionalInt.of(response.getLeads()) : OptionalInt.empty();
                    }

                    @Override
                    public void onError(Throwable error) {
                        reply.accept(OptionalInt.empty());
                    }

                    @Override
                    public void onCompleted() {
                        reply.accept(leads);
                    }
                });
    }

    private void ask(
            BrokerIncarnation controller, String endpoint, ProposeIsrRequest request, Consumer<IsrVerdict> reply) {
        SentTracer sent = new SentTracer();
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                .withStreamTracerFactory(sent);
        // Whatever call made this leader propose must not take the proposal along when it is cancelled.
        Context.ROOT.run(() -> {
            Question question = new Question(
                    controller,
                    channels.calls(controller, endpoint).newCall(ControllerServiceGrpc.getProposeIsrMethod(), options));
            Answer answer = new Answer(sent, verdict -> {
                open.remove(question);
                reply.accept(verdict);
            });
            // Sent first: gRPC throws at whoever sends on a call that another thread has cancelled.
            ClientCalls.asyncUnaryCall(question.call(), request, answer);
            open.add(question);
            // Meanwhile the answer may have come, or the image may have changed.
            if (answer.isGiven()) {
                open.remove(question);
            }
            endUnless(context.image().get(), question);
        });
    }

    /** Turns what comes back into exactly one verdict. */
    private static final class Answer implements StreamObserver<ProposeIsrResponse> {
        private final AtomicBoolean isAnswered = new AtomicBoolean();
        private final SentTracer sent;
        private final Consumer<IsrVerdict> reply;

        Answer(SentTracer sent, Consumer<IsrVerdict> reply) {
            this.sent = sent;
            this.reply = reply;
        }

        @Override
        public void onNext(ProposeIsrResponse response) {
            answer(ControllerMessages.verdict(response));
        }

        @Override
        public void onError(Throwable error) {
            boolean changedNothing = !sent.isSent() || PeerErrors.isDefinite(error);
            answer(IsrVerdict.of(changedNothing ? IsrVerdict.Kind.NOT_CONTROLLER : IsrVerdict.Kind.UNKNOWN_OUTCOME));
        }

        @Override
        public void onCompleted() {
            // The answer was the message.
        }

        boolean isGiven() {
            return isAnswered.get();
        }

        private void answer(IsrVerdict verdict) {
            if (isAnswered.compareAndSet(false, true)) {
                reply.accept(verdict);
            }
        }
    }
}
