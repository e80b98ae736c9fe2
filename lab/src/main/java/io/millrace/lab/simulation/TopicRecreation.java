package io.millrace.lab.simulation;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Deletes a topic and creates it again, at once or after a while, whatever it takes. */
final class TopicRecreation {

    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ABSENCE_MAX_NS = TimeUnit.SECONDS.toNanos(2);

    private final Stage stage;
    private final String address;
    private final SimProcess process;
    private final Chance chance;

    TopicRecreation(Stage stage, String address, SimProcess process, Chance chance) {
        this.stage = stage;
        this.address = address;
        this.process = process;
        this.chance = chance;
    }

    void run(TopicPlan topic, Runnable done) {
        stage.topics().stream()
                .filter(present -> present.name().equals(topic.name()))
                .findFirst()
                .ifPresentOrElse(present -> delete(topic, present.topicId(), done), () -> create(topic, done));
    }

    private void delete(TopicPlan topic, String topicId, Runnable done) {
        // Open for ever: without an answer it may be carried out later, and this very topic is all that it can hit.
        stage.checks().asked().ask("delete topic " + topic.name());
        this.<String>ask((controller, reply) -> controller.deleteTopic(topic.name(), topicId, reply), outcome -> {
            if (isDone(outcome, ErrorReason.UNKNOWN_TOPIC) || !stage.isThere(topicId)) {
                long absenceNs = chance.oneIn(2) ? 0 : chance.between(0, ABSENCE_MAX_NS);
                later(absenceNs, () -> create(topic, done));
            } else {
                later(PAUSE_NS, () -> delete(topic, topicId, done));
            }
        });
    }

    private void create(TopicPlan topic, Runnable done) {
        this.<Object>ask(
                (controller, reply) -> controller.createTopic(
                        stage.request(topic), outcome -> reply.accept(outcome.fold(Outcome::ok, Outcome::no))),
                outcome -> {
                    if (isDone(outcome, ErrorReason.TOPIC_EXISTS)) {
                        done.run();
                    } else {
                        later(PAUSE_NS, () -> create(topic, done));
                    }
                });
    }

    private static boolean isDone(Outcome<?> outcome, ErrorReason already) {
        return !(outcome instanceof Outcome.No<?> no) || no.refusal().reason() == already;
    }

    private void later(long delayNs, Runnable task) {
        stage.cluster().time().after(delayNs, process, task);
    }

    /** Asks any broker: after some tries it is the controller. */
    private <A> void ask(BiConsumer<ControllerRequests, Consumer<Outcome<A>>> question, Consumer<Outcome<A>> then) {
        int broker = chance.between(1, stage.cluster().hosts().size());
        stage.askController(address, process, broker, CALL_TIMEOUT_NS, new ControllerQuestion<A>(question, then));
    }
}
