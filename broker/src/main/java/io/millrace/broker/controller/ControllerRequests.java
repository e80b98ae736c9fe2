package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.UncleanLeaders;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the controller on this broker. Callable from any thread; each reply comes exactly once, on the
 * controller's loop. A broker that is not the controller refuses with CONTROLLER_NOT_AVAILABLE or NOT_CONTROLLER.
 */
public interface ControllerRequests {

    /** Creates a topic, or with {@code validateOnly} tells what would be created. */
    void createTopic(NewTopic topic, Consumer<Outcome<TopicImage>> reply);

    /** Deletes a topic. */
    void deleteTopic(String name, @Nullable String topicId, Consumer<Outcome<String>> reply);

    /**
     * Elects leaders that may lack acknowledged records, where nobody is left who is known to have them all.
     *
     * @param topicId the topic that is meant, null for whichever has the name now
     * @param partition empty for all that need it
     */
    void electUnclean(
            String topic, @Nullable String topicId, OptionalInt partition, Consumer<Outcome<UncleanLeaders>> reply);

    /** Judges a leader's proposal and records it. */
    void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply);

    /**
     * {@code broker} is about to stop: others lead in its place wherever they can. May be asked again.
     *
     * @param reply how many partitions it leads still, because nobody else can
     */
    void announceStop(BrokerIncarnation broker, Consumer<Outcome<Integer>> reply);

    /**
     * A topic to be.
     *
     * @param topicId drawn by the caller from the seam for ids
     * @param config every value, defaults filled in, but {@code minInsyncReplicas} 0 where the default for the chosen
     *     replication factor is wanted
     * @param overrides the values that were asked for, by name, as they are shown
     */
    record NewTopic(
            String name,
            String topicId,
            OptionalInt partitions,
            OptionalInt replicationFactor,
            TopicConfig config,
            SortedMap<String, String> overrides,
            boolean validateOnly) {}
}
