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
    /** Who begins again at the leader's start has a high watermark that is not below it. */
    R10_WATERMARK_FOLLOWS_THE_START,
    /** The high watermark is held back by replicas that a proposal in flight may add. */
    R12_PROPOSED_MEMBERS_COUNT,
    /** The high watermark stands still while fewer replicas are in sync than the topic asks for. */
    R13_TOO_FEW_IN_SYNC_STAND_STILL,
    /** A leader learns where a follower is when epochs, identity and logs fit, and not before. */
    R14_LEARNT_WHEN_ALL_FITS,
    /** What a consumer is answered belongs to one moment: records and high watermark come of one view. */
    R15_ONE_VIEW_FOR_A_READ,
    /** Every write of the controller checks that it still is the controller. */
    R16_WRITES_CHECK_THE_CONTROLLER_EPOCH,
    /** A broker takes no partition state that is older than the one it has. */
    R18_STATE_NEVER_GOES_BACK,
    /** A controller that is asked in the name of newer epochs than it knows sends the leader elsewhere. */
    R19_STALE_CONTROLLERS_DO_NOT_ANSWER,
    /** A proposal that asks for what is recorded already is granted, however old it is. */
    R20_REPEATED_PROPOSALS_ARE_GRANTED,
    /** A proposal without an answer may have been recorded: it counts until that is known. */
    R20_UNANSWERED_PROPOSALS_COUNT,
    /** What an older incarnation of a broker says counts for nothing. */
    R22_OLD_INCARNATIONS_ARE_REFUSED,
    /** A member joins only in the incarnation that the leader saw catch up. */
    R25_JOINERS_ARE_OF_THE_INCARNATION_SEEN,
    /** Replicas that leave while too few are in sync stay eligible, and no others are. */
    R26_ELIGIBLE_REPLICAS_ARE_KEPT,
    /** A state of the epoch that a replica is in already begins no new role. */
    R29_SAME_EPOCH_SAME_ROLE,
    /** What a group has committed in a topic counts for that one, and not for another of its name. */
    R32_OFFSETS_ARE_OF_A_TOPIC_ID,
    /** A follower that has everything is not late, however long nothing has come. */
    R34_WHO_HAS_ALL_IS_NOT_LATE,
    /** A coordination service that is behind what this broker has seen was put back, and is not followed. */
    R36_OLD_TREES_ARE_REFUSED,
    /** After a start, a replica takes no role in an epoch that is older than its own log. */
    R36_THE_LOG_KNOWS_ITS_EPOCH,
    /** What was appended may be kept, whoever leads next: its producer is not told that it is gone. */
    R37_APPENDED_MAY_BE_KEPT,
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
    /** Writes of other groups that were refused together with a fenced one are sent again. */
    R50_OTHERS_ARE_SENT_AGAIN,
    /** A broker that may have lost what it acknowledged leaves ISR and ELR before it can be elected (N13). */
    N13_UNPROVEN_RESTARTS_LEAVE,
    /** Whose log is gone leaves ISR and ELR, also where its restart is proven (N13). */
    N13_GONE_LOGS_ARE_LOST,
    /** A log that a broker was killed before it made is no lost one (N13). */
    N13_WHAT_NEVER_WAS_IS_NOT_LOST,
    /** A broker keeps its places where its disk proves that nothing is missing (N13). */
    R51_PROVEN_RESTARTS_STAY,
    /** Records are refused while there is still room for what a broker writes itself. */
    D1_REFUSED_BEFORE_THE_DISK_IS_FULL,
    /** The first error of the disk fails a log: nothing is written behind it. */
    D2_FIRST_ERROR_IS_THE_LAST,
    /** A sync that has failed is not tried again. */
    D3_NO_SECOND_SYNC,
    /** What a crash has left behind the last whole batch is cut off. */
    D4_TORN_TAILS_ARE_CUT,
    /** A defect below the durable point fails the log, and nothing is cut. */
    D5_WHAT_WAS_DURABLE_IS_NOT_CUT,
    /** A leader that has slept counts nobody who follows another one by now. */
    D8_FOLLOWERS_OF_OTHERS_DO_NOT_COUNT,
    /** A group expires after an hour of a clock that does not jump. */
    D11_A_JUMP_TAKES_NOTHING,
    /** Nothing is appended while an in-sync follower is a whole window behind. */
    D12_APPENDS_WAIT_FOR_THE_SLOW,
    /** Where a leader's disk stands still, an in-sync replica that is fine leads in its place. */
    D12_THE_STALLED_HAND_OVER,
    /** A leader that cannot ask the controller for anything, and lives, hands over. */
    D12_WHO_IS_OUT_OF_TOUCH_HANDS_OVER,
    /** A leader whom too many cannot follow at once is not left alone: one of those leads who are fine. */
    D12_WHO_LOSES_ALL_HANDS_OVER,
}
