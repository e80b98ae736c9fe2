package io.millrace.broker.rpc;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.UncleanLeaders;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers what it was asked, and answers what the test wants; where it wants nothing, it never answers. */
final class FakeController implements ControllerRequests {

    record Deletion(String name, @Nullable String topicId) {}

    record Election(String topic, @Nullable String topicId, OptionalInt partition) {}

    final List<NewTopic> created = new CopyOnWriteArrayList<>();
    final List<Deletion> deleted = new CopyOnWriteArrayList<>();
    final List<Election> elections = new CopyOnWriteArrayList<>();
    final List<IsrProposal> proposals = new CopyOnWriteArrayList<>();

    final List<BrokerIncarnation> stopping = new CopyOnWriteArrayList<>();

    volatile Consumer<Consumer<Outcome<TopicImage>>> onCreate = reply -> {};
    volatile Consumer<Consumer<Outcome<String>>> onDelete = reply -> {};
    volatile Consumer<Consumer<Outcome<UncleanLeaders>>> onElect = reply -> {};
    volatile Consumer<Consumer<IsrVerdict>> onPropose = reply -> {};

    int callCount() {
        return created.size() + deleted.size() + elections.size() + proposals.size();
    }

    @Override
    public void createTopic(NewTopic topic, Consumer<Outcome<TopicImage>> reply) {
        created.add(topic);
        onCreate.accept(reply);
    }

    @Override
    public void deleteTopic(String name, @Nullable String topicId, Consumer<Outcome<String>> reply) {
        deleted.add(new Deletion(name, topicId));
        onDelete.accept(reply);
    }

    @Override
    public void electUnclean(
            String topic, @Nullable String topicId, OptionalInt partition, Consumer<Outcome<UncleanLeaders>> reply) {
        elections.add(new Election(topic, topicId, partition));
        onElect.accept(reply);
    }

    @Override
    public void announceStop(BrokerIncarnation broker, Consumer<Outcome<Integer>> reply) {
        stopping.add(broker);
        reply.accept(Outcome.ok(3));
    }

    @Override
    public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
        proposals.add(proposal);
        onPropose.accept(reply);
    }
}
