package io.millrace.broker.core;

/**
 * A rule that a test may switch off, to see the harm that it prevents: a replay or a simulated cluster that stays well
 * without a rule proves nothing about it. Each is named after the scenario of docs/INVARIANTS.md that it answers.
 *
 * <p>Every constant is asked at one place in the product, beside the rule. A running broker has all of them on.
 */
public enum Safeguard {
    /** A follower keeps its whole valid log: the high watermark is no reason to cut. */
    R1_LOG_IS_KEPT,
    /** A leader compares the epoch of the follower's last batch with its own history before it sends anything. */
    R2_DIVERGENCE_IS_LOOKED_FOR,
    /** A leader names the end of the largest epoch that is not above the one asked for. */
    R3_END_OF_THE_EPOCH_ASKED_FOR,
    /** A follower joins no earlier than at the start of the leader's epoch. */
    R5_JOIN_AT_THE_EPOCH_START,
    /** Only followers that have opened in this very epoch count. */
    R6_STALE_FOLLOWERS_ARE_FENCED,
    /** A follower takes answers of its own epoch only. */
    R8_OLD_ANSWERS_ARE_DROPPED,
    /** No high watermark travels with a divergence, and none is taken beyond the own log's end. */
    R9_DIVERGENCE_COMES_FIRST,
    /** The high watermark is held back by replicas that a proposal in flight may add. */
    R12_PROPOSED_MEMBERS_COUNT,
    /** The high watermark stands still while fewer replicas are in sync than the topic asks for. */
    R13_TOO_FEW_IN_SYNC_STAND_STILL,
    /** Every write of the controller checks that it still is the controller. */
    R16_WRITES_CHECK_THE_CONTROLLER_EPOCH,
    /** A broker takes no partition state that is older than the one it has. */
    R18_STATE_NEVER_GOES_BACK,
    /** What an older incarnation of a broker says counts for nothing. */
    R22_OLD_INCARNATIONS_ARE_REFUSED,
    /** A member joins only in the incarnation that the leader saw catch up. */
    R25_JOINERS_ARE_OF_THE_INCARNATION_SEEN,
    /** Replicas that leave while too few are in sync stay eligible, and no others are. */
    R26_ELIGIBLE_REPLICAS_ARE_KEPT,
    /** What a group has committed in a topic counts for that one, and not for another of its name. */
    R32_OFFSETS_ARE_OF_A_TOPIC_ID,
    /** A leader looks for a producer's batch among the last that the log has of it before it appends. */
    R38_DUPLICATES_ARE_FOUND,
    /** Who coordinates a group has claimed it first, so that the writes of whoever did before fail. */
    R42_CLAIMS_FENCE,
    /** Where a group is, its coordinator says only after it has made sure that it still is that. */
    R42_FETCHES_CHECK_THE_CLAIM,
    /** An offset that comes late sets nothing back. */
    R42_OFFSETS_GO_FORWARD,
    /** A group's offsets are set by hand only while nobody is in it. */
    R42_RESETS_NEED_NOBODY,
    /** Only the member that has a partition commits in it. */
    R43_OWNERS_COMMIT,
    /** A partition is given on when whoever had it has let go of it, or is a member no more. */
    R43_GIVEN_ON_AFTER_LET_GO,
    /** An instance id belongs to one process at a time. */
    R43_AN_INSTANCE_IS_ONE_PROCESS,
    /** A leadership names one incarnation: a process that starts never resumes one. */
    R44_LEADERSHIP_NAMES_THE_INCARNATION,
    /** A broker that is heard lives, registered or not. */
    R46_HEARD_IS_ALIVE,
    /** Silence needs a second witness. */
    R47_WITNESS,
    /** No more than a minority is dead by silence at once. */
    R47_MINORITY,
    /** Who was stopped himself gives everybody the whole timeout again. */
    R47_OWN_STALL,
    /** A new controller probes everybody whom it does not hear. */
    R48_PROBE_ON_ELECTION,
    /** A broker that may have lost what it acknowledged leaves ISR and ELR before it can be elected (N13). */
    N13_UNPROVEN_RESTARTS_LEAVE,
    /** A broker keeps its places where its disk proves that nothing is missing (N13). */
    R51_PROVEN_RESTARTS_STAY,
}
