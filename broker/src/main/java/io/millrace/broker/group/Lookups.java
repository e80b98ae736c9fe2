package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.PartitionLookup.Found;
import io.millrace.broker.group.PartitionLookup.Position;
import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Many questions to partitions, a few at a time. Belongs to the groups' loop, where the answers come. */
final class Lookups {
    private static final int MAX_OPEN = 64;

    private final PartitionLookup lookup;
    private final EventLoop loop;
    private final TreeMap<Integer, Outcome<Found>> answers = new TreeMap<>();
    private int asked;

    record Question(String topic, TopicPartition partition, Position position) {}

    Lookups(PartitionLookup lookup, EventLoop loop) {
        this.lookup = lookup;
        this.loop = loop;
    }

    /**
     * Once.
     *
     * @param done takes the answers in the order of the questions
     */
    void all(List<Question> questions, Consumer<List<Outcome<Found>>> done) {
        if (questions.isEmpty()) {
            done.accept(List.of());
            return;
        }
        while (asked < Math.min(questions.size(), MAX_OPEN)) {
            ask(questions, done);
        }
    }

    private void ask(List<Question> questions, Consumer<List<Outcome<Found>>> done) {
        int number = asked++;
        Question question = questions.get(number);
        lookup.find(
                question.topic(),
                question.partition(),
                question.position(),
                answer -> loop.execute(() -> {
                    answers.put(number, answer);
                    if (asked < questions.size()) {
                        ask(questions, done);
                    } else if (answers.size() == questions.size()) {
                        done.accept(new ArrayList<>(answers.values()));
                    }
                }));
    }
}
