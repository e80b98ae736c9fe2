package io.millrace.broker.server;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.UncleanLeaders;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for this broker's controller before that can be made: it needs the port that is bound, and whoever binds needs a
 * controller to hand calls to.
 */
final class LateController implements ControllerRequests {

    private volatile @Nullable ControllerRequests made;

    void become(ControllerRequests controller) {
        made = controller;
    }

    @Override
    public void createTopic(NewTopic topic, Consumer<Outcome<TopicImage>> reply) {
        ControllerRequests controller = made;
        if (controller == null) {
            reply.accept(Outcome.no(starting()));
        } else {
            controller.createTopic(topic, reply);
        }
    }

    @Override
    public void deleteTopic(String name, @Nullable String topicId, Consumer<Outcome<String>> reply) {
        ControllerRequests controller = made;
        if (controller == null) {
            reply.accept(Outcome.no(starting()));
        } else {
            controller.deleteTopic(name, topicId, reply);
        }
    }

    @Override
    public void electUnclean(
            String topic, @Nullable String topicId, OptionalInt partition, Consumer<Outcome<UncleanLeaders>> reply) {
        ControllerRequests controller = made;
        if (controller == null) {
            reply.accept(Outcome.no(starting()));
        } else {
            controller.electUnclean(topic, topicId, partition, reply);
        }
    }

    @Override
    public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
        ControllerRequests controller = made;
        if (controller == null) {
            reply.accept(IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER));
        } else {
            controller.proposeIsr(proposal, reply);
        }
    }

    @Override
    public void announceStop(BrokerIncarnation broker, Consumer<Outcome<Integer>> reply) {
        ControllerRequests controller = made;
        if (controller == null) {
            reply.accept(Outcome.no(starting()));
        } else {
            controller.announceStop(broker, reply);
        }
    }

    private static Refusal starting() {
        return Refusal.definite(ErrorReason.CONTROLLER_NOT_AVAILABLE, "This broker is starting");
    }
}
