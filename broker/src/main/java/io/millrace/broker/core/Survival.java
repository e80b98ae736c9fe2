package io.millrace.broker.core;

import java.util.Locale;

/** Says in words what an acknowledged record of a topic survives, and how many failures its writers do. */
public final class Survival {

    private final Durability durability;
    private final int replicationFactor;
    private final int minInsyncReplicas;
    private final int copies;
    private final int inSync;
    private final int leaderless;
    private final int lost;

    private Survival(TopicImage topic) {
        this.durability = topic.config().durability();
        this.replicationFactor = topic.replicationFactor();
        this.minInsyncReplicas = topic.config().minInsyncReplicas();
        // Who is eligible to lead misses nothing committed either.
        this.copies = topic.partitions().values().stream()
                .mapToInt(state -> state.members().size())
                .filter(members -> members > 0)
                .min()
                .orElse(0);
        this.lost = (int) topic.partitions().values().stream()
                .filter(state -> state.members().isEmpty())
                .count();
        this.inSync = topic.partitions().values().stream()
                .mapToInt(state -> state.isr().size())
                .min()
                .orElse(0);
        this.leaderless = (int) topic.partitions().values().stream()
                .filter(state -> state.leader() == PartitionState.NO_LEADER)
                .count();
    }

    /** By the topic's configuration and its smallest in-sync set now. */
    public static String inWords(TopicImage topic) {
        Survival survival = new Survival(topic);
        if (topic.partitions().isEmpty()) {
            return "Nothing is known yet of the topic's in-sync replicas.";
        }
        if (survival.copies == 0) {
            return survival.mayBeLost().strip();
        }
        return String.join(" ", survival.copies(), survival.loss(), survival.power(), survival.writes())
                + survival.unavailable()
                + survival.mayBeLost();
    }

    private String copies() {
        String where = switch (durability) {
            case FSYNC -> copies == 1 ? "on the disk" : "on the disks";
            case REPLICATED -> "in the memory";
        };
        return "Every record acknowledged with acks ALL is " + where + " of at least " + copies + " of "
                + count(replicationFactor, "broker") + ".";
    }

    /** Each member of ISR and ELR has every committed record, so all but one may go. */
    private String loss() {
        int survived = copies - 1;
        if (survived == 0) {
            return "It does not survive the loss of the one broker that is in sync.";
        }
        String now = "It survives the loss of any " + count(survived, "broker") + " for good";
        return minInsyncReplicas < copies
                ? now + " (" + (minInsyncReplicas - 1) + " where only " + minInsyncReplicas + " are in sync)."
                : now + ".";
    }

    private String power() {
        return switch (durability) {
            case FSYNC -> "It survives a power cut of all brokers at once.";
            case REPLICATED ->
                "It survives all broker processes being killed, not a power cut of all in-sync brokers at" + " once.";
        };
    }

    private String writes() {
        int spare = inSync - minInsyncReplicas;
        if (spare < 0) {
            return String.format(
                    Locale.ROOT,
                    "Writes with acks ALL are refused while fewer than %d replicas are in sync.",
                    minInsyncReplicas);
        }
        return spare == 0
                ? "Writes with acks ALL stop when one more in-sync broker fails."
                : "Writes with acks ALL go on when any " + count(spare, "in-sync broker") + " fail"
                        + (spare == 1 ? "s." : ".");
    }

    private String unavailable() {
        return leaderless == 0
                ? ""
                : " " + count(leaderless, "partition") + " without a leader: neither read nor written until an in-sync"
                        + " replica is back.";
    }

    private String mayBeLost() {
        return lost == 0
                ? ""
                : " " + count(lost, "partition")
                        + " without any replica that is known to be complete: every broker that"
                        + " held all acknowledged records is away, or came back without being able to show that it"
                        + " still does.";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
