package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.liveness.Beat;
import io.millrace.proto.internal.v1.BeatRequest;
import io.millrace.proto.internal.v1.FailedReplica;
import io.millrace.proto.internal.v1.Incarnation;

/** Beats as messages and back. */
final class BeatMessages {

    private BeatMessages() {}

    static BeatRequest message(String clusterId, Beat beat) {
        BeatRequest.Builder message =
                BeatRequest.newBuilder().setClusterId(clusterId).setFrom(message(beat.from()));
        beat.unheard().forEach(broker -> message.addUnheard(message(broker)));
        beat.failed()
                .forEach(log -> message.addFailed(FailedReplica.newBuilder()
                        .setTopicId(log.partition().topicId())
                        .setPartition(log.partition().partition())
                        .setIsGone(log.isGone())));
        return message.setFitness(message(beat.fitness())).build();
    }

    static Beat beat(BeatRequest message) {
        return new Beat(
                incarnation(message.getFrom()),
                message.getUnheardList().stream().map(BeatMessages::incarnation).toList(),
                message.getFailedList().stream()
                        .map(failed -> new FailedLog(
                                new TopicPartition(failed.getTopicId(), failed.getPartition()), failed.getIsGone()))
                        .toList(),
                fitness(message.getFitness()));
    }

    private static io.millrace.proto.internal.v1.Fitness message(Fitness fitness) {
        return switch (fitness) {
            case FINE -> io.millrace.proto.internal.v1.Fitness.FITNESS_UNSPECIFIED;
            case SLOW -> io.millrace.proto.internal.v1.Fitness.FITNESS_SLOW;
            case STALLED -> io.millrace.proto.internal.v1.Fitness.FITNESS_STALLED;
        };
    }

    private static Fitness fitness(io.millrace.proto.internal.v1.Fitness message) {
        return switch (message) {
            case FITNESS_UNSPECIFIED -> Fitness.FINE;
            // Of a later version, that tells more of what is wrong.
            case FITNESS_SLOW, UNRECOGNIZED -> Fitness.SLOW;
            case FITNESS_STALLED -> Fitness.STALLED;
        };
    }

    private static Incarnation message(BrokerIncarnation broker) {
        return Incarnation.newBuilder()
                .setBrokerId(broker.id())
                .setBrokerEpoch(broker.epoch())
                .build();
    }

    private static BrokerIncarnation incarnation(Incarnation message) {
        return new BrokerIncarnation(message.getBrokerId(), message.getBrokerEpoch());
    }
}
