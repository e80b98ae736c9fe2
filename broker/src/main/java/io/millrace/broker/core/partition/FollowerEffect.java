package io.millrace.broker.core.partition;

/** What a follower's shell has to do, in the order given. */
public sealed interface FollowerEffect {

    void applyTo(Handler handler);

    /** Ask the leader again, with the log's ends as they are when this is carried out. */
    record SendOpen() implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.sendOpen();
        }
    }

    /** Ask the leader again after a pause, unless a newer state has come in between. */
    record SendOpenLater() implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.sendOpenLater();
        }
    }

    /** Cut the log at {@code offset} or at the batch boundary below it, durably, before anything else. */
    record TruncateTo(long offset) implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.truncateTo(offset);
        }
    }

    /** Drop the whole log and begin again, empty, at {@code offset}. */
    record ResetTo(long offset) implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.resetTo(offset);
        }
    }

    /** Publish the high watermark. */
    record SetHighWatermark(long highWatermark) implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.setHighWatermark(highWatermark);
        }
    }

    /** Stop this partition, loudly, until a person has looked: going on would lose acknowledged records. */
    record Halt(String why) implements FollowerEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.halt(why);
        }
    }

    /** One method for each kind of effect. */
    interface Handler {
        void sendOpen();

        void sendOpenLater();

        void truncateTo(long offset);

        void resetTo(long offset);

        void setHighWatermark(long highWatermark);

        void halt(String why);
    }
}
