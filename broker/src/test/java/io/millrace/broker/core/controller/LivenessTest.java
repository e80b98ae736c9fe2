package io.millrace.broker.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.controller.LivenessEffect.Dead;
import io.millrace.broker.core.controller.LivenessEffect.Probe;
import io.millrace.broker.core.controller.LivenessEffect.Resign;
import io.millrace.broker.core.controller.LivenessEffect.Returned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private static final int TIMEOUT_MS = 1000;
    private static final BrokerIncarnation SELF = new BrokerIncarnation(1, 10);
    private static final BrokerIncarnation B2 = new BrokerIncarnation(2, 20);
    private static final BrokerIncarnation B3 = new BrokerIncarnation(3, 30);
    private static final BrokerIncarnation B4 = new BrokerIncarnation(4, 40);
    private static final BrokerIncarnation B5 = new BrokerIncarnation(5, 50);

    private final List<LivenessEffect> effects = new ArrayList<>();
    private Liveness liveness = new Liveness(SELF, ns(TIMEOUT_MS), 0, Safeguards.ALL);
    private long nowMs;

    @Test
    void aBrokenStreamAndARefusedProbeAreDeathAtOnce() {
        inOfficeOver(B2, B3);

        take(liveness.onStreamBroken(B2, now()));
        assertThat(effects).containsExactly(new Probe(B2));
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));

        assertThat(dead()).containsExactly(B2);
        assertThat(liveness.heard(now())).containsExactly(B3);
    }

    @Test
    void whoAnswersAProbeIsProbedAgainUntilItBeats() {
        inOfficeOver(B2, B3);
        take(liveness.onStreamBroken(B2, now()));
        take(liveness.onProbeResult(B2, ProbeResult.ANSWERED, now()));

        pass(100, B3);
        assertThat(effects).containsExactly(new Probe(B2), new Probe(B2));
        take(liveness.onProbeResult(B2, ProbeResult.NO_ANSWER, now()));
        beat(B2);
        pass(200, B2, B3);

        assertThat(effects).hasSize(2);
    }

    @Test
    void aRefusalThatComesAfterANewBeatSaysNothing() {
        inOfficeOver(B2, B3);
        take(liveness.onStreamBroken(B2, now()));

        beat(B2);
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));

        assertThat(dead()).isEmpty();
    }

    @Test
    void whatIsSaidOfAnOldIncarnationDoesNotHitTheNext() {
        BrokerIncarnation next = new BrokerIncarnation(2, 21);
        inOfficeOver(B2, B3);
        take(liveness.onStreamBroken(B2, now()));

        known(next, B3);
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));
        take(liveness.onStreamBroken(B2, now()));
        beat(B2);

        assertThat(dead()).isEmpty();
        assertThat(liveness.heard(now())).containsExactly(B3);
    }

    @Test
    void refusedConnectsCountForAnyNumber() {
        inOfficeOver(B2, B3);

        for (BrokerIncarnation broker : List.of(B2, B3)) {
            take(liveness.onStreamBroken(broker, now()));
            take(liveness.onProbeResult(broker, ProbeResult.REFUSED, now()));
        }

        assertThat(dead()).containsExactly(B2, B3);
    }

    @Test
    void silenceThatAnotherBrokerHearsTooIsDeathAfterTheTimeout() {
        inOfficeOver(B2, B3);

        passUnheard(TIMEOUT_MS, B2, B3);
        assertThat(dead()).isEmpty();
        passUnheard(100, B2, B3);

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void silenceThatNobodyElseHearsIsNothing() {
        inOfficeOver(B2, B3);

        pass(10_000, B3);

        assertThat(dead()).isEmpty();
    }

    @Test
    void aWitnessThatHasFallenSilentItselfSaysNothing() {
        inOfficeOver(B2, B3, B4);
        passUnheard(500, B2, B3, B4);

        pass(TIMEOUT_MS, B4);

        assertThat(dead()).isEmpty();
    }

    @Test
    void withTwoLiveBrokersThereIsNobodyToAskAndItTakesThreeTimesTheTimeout() {
        inOfficeOver(B2);

        pass(3 * TIMEOUT_MS);
        assertThat(dead()).isEmpty();
        pass(100);

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void whoHasOnlyJustRegisteredHasFiveTimesTheTimeoutForItsFirstBeat() {
        inOfficeOver(B3);
        known(B2, B3);

        passUnheard(5 * TIMEOUT_MS, B2, B3);
        assertThat(dead()).isEmpty();
        passUnheard(100, B2, B3);

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void silenceWithoutARegistrationNeedsNoWitness() {
        inOfficeOver(B2, B3);
        take(liveness.onKnown(List.of(new KnownBroker(B2, false), new KnownBroker(B3, true)), now()));

        pass(TIMEOUT_MS, B3);
        assertThat(dead()).isEmpty();
        pass(100, B3);

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void whoeverBeatsLivesWithoutARegistration() {
        inOfficeOver(B2, B3);
        take(liveness.onKnown(List.of(new KnownBroker(B2, false), new KnownBroker(B3, false)), now()));

        pass(10_000, B2, B3);

        assertThat(effects).isEmpty();
        assertThat(liveness.heard(now())).containsExactly(B2, B3);
    }

    @Test
    void r47MoreThanAMinorityInSilenceMakesTheJudgeResignOnce() {
        inOfficeOver(B2, B3, B4, B5);

        for (int i = 0; i < 20; i++) {
            step();
            take(liveness.onBeat(B5, List.of(B2, B3, B4), now()));
        }

        assertThat(dead()).isEmpty();
        assertThat(effects).hasOnlyElementsOfType(Resign.class).hasSize(1);
    }

    @Test
    void r47AMinorityThatFallsSilentBitByBitIsNoMoreThanAMinority() {
        inOfficeOver(B2, B3, B4, B5);
        for (int i = 0; i < 20; i++) {
            step();
            take(liveness.onBeat(B5, unheardAt(i, 5, 6, 7), now()));
            if (i < 1) {
                beat(B3);
            }
            if (i < 2) {
                beat(B4);
            }
        }

        assertThat(dead()).as("two of five, the third is one too many").containsExactly(B2, B3);
        assertThat(effects).hasAtLeastOneElementOfType(Resign.class);
    }

    private static List<BrokerIncarnation> unheardAt(int step, int... from) {
        List<BrokerIncarnation> all = List.of(B2, B3, B4);
        return IntStream.range(0, from.length)
                .filter(i -> step >= from[i])
                .mapToObj(all::get)
                .toList();
    }

    @Test
    void r47WithoutTheMinorityRuleAllOfThemDie() {
        liveness = new Liveness(SELF, ns(TIMEOUT_MS), 0, Safeguards.without(Safeguard.R47_MINORITY));
        inOfficeOver(B2, B3, B4, B5);

        for (int i = 0; i < 20; i++) {
            step();
            take(liveness.onBeat(B5, List.of(B2, B3, B4), now()));
        }

        assertThat(dead()).containsExactly(B2, B3, B4);
    }

    @Test
    void r47WithoutAWitnessACutToTheJudgeIsDeath() {
        liveness = new Liveness(SELF, ns(TIMEOUT_MS), 0, Safeguards.without(Safeguard.R47_WITNESS));
        inOfficeOver(B2, B3);

        pass(10_000, B3);

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void r47WhoWasStoppedHimselfGivesEverybodyTheWholeTimeout() {
        inOfficeOver(B2, B3);

        nowMs += 5_000;
        take(liveness.onBeat(B3, List.of(B2), now()));
        passUnheard(TIMEOUT_MS - 100, B2, B3);

        assertThat(dead()).isEmpty();
        passUnheard(200, B2, B3);
        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void r47WithoutThatRuleTheSleeperKillsThoseWhoseBeatsWaitInItsQueue() {
        liveness = new Liveness(SELF, ns(TIMEOUT_MS), 0, Safeguards.without(Safeguard.R47_OWN_STALL));
        inOfficeOver(B2, B3);

        nowMs += 5_000;
        take(liveness.onBeat(B3, List.of(B2), now()));
        take(liveness.onTick(now()));

        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void r48ANewControllerProbesWhomItDoesNotHear() {
        known(B2, B3);
        beat(B3);

        take(liveness.onOffice(true, now()));

        assertThat(effects).containsExactly(new Probe(B2));
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));
        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void r48WithoutThatRuleItWaitsForTheTimeout() {
        liveness = new Liveness(SELF, ns(TIMEOUT_MS), 0, Safeguards.without(Safeguard.R48_PROBE_ON_ELECTION));
        known(B2, B3);
        beat(B3);

        take(liveness.onOffice(true, now()));

        assertThat(effects).isEmpty();
    }

    @Test
    void whomItFoundDeadBeforeItsOfficeItFindsDeadAgainInOffice() {
        known(B2, B3);
        beat(B2);
        beat(B3);
        take(liveness.onStreamBroken(B2, now()));
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));

        take(liveness.onOffice(true, now()));

        assertThat(dead()).containsExactly(B2, B2);
    }

    @Test
    void theUndecidedHaveTheWholeTimeoutFromAnElectionOn() {
        known(B2, B3);
        beat(B2);
        pass(5_000, B3);

        take(liveness.onOffice(true, now()));
        take(liveness.onProbeResult(B2, ProbeResult.ANSWERED, now()));
        passUnheard(TIMEOUT_MS, B2, B3);

        assertThat(dead()).isEmpty();
        passUnheard(100, B2, B3);
        assertThat(dead()).containsExactly(B2);
    }

    @Test
    void theDeadReturnWhenTheyAreHeard() {
        inOfficeOver(B2, B3);
        passUnheard(TIMEOUT_MS + 200, B2, B3);

        beat(B2);
        beat(B2);

        assertThat(effects).containsOnlyOnce(new Returned(B2));
        assertThat(liveness.heard(now())).containsExactly(B2, B3);
    }

    @Test
    void beatsNameWhomIsNotHeardForHalfTheTimeout() {
        inOfficeOver(B2, B3);

        pass(TIMEOUT_MS / 2, B3);
        assertThat(liveness.unheard(now())).isEmpty();
        pass(100, B3);

        assertThat(liveness.unheard(now())).containsExactly(B2);
    }

    @Test
    void d12WhoIsHeardByOthersOnlyIsOutOfTouch() {
        inOfficeOver(B2, B3);

        pass(TIMEOUT_MS, B3);
        assertThat(liveness.outOfTouch(now())).isEmpty();
        pass(100, B3);
        assertThat(liveness.outOfTouch(now())).containsExactly(B2);
        beat(B2);

        assertThat(liveness.outOfTouch(now())).isEmpty();
        assertThat(dead()).isEmpty();
    }

    @Test
    void d12WhoDoesNotHearThisBrokerForTheTimeoutIsOutOfTouch() {
        inOfficeOver(B2, B3);

        for (int ms = 0; ms <= TIMEOUT_MS / 2 + 100; ms += 100) {
            assertThat(liveness.outOfTouch(now())).isEmpty();
            passUnheard(100, SELF, B2);
            beat(B3);
        }
        assertThat(liveness.outOfTouch(now())).containsExactly(B2);
        pass(100, B2, B3);

        assertThat(liveness.outOfTouch(now())).isEmpty();
    }

    @Test
    void d12NobodyIsOutOfTouchWhereMoreThanAMinorityWouldBe() {
        inOfficeOver(B2, B3);

        pass(3 * TIMEOUT_MS);

        assertThat(liveness.outOfTouch(now())).isEmpty();
    }

    @Test
    void aBeatThatIsAheadOfTheTreeIsHeard() {
        BrokerIncarnation next = new BrokerIncarnation(2, 21);
        inOfficeOver(B2, B3);

        beat(next);
        known(B2, B3);
        known(B3);

        assertThat(liveness.heard(now())).containsExactly(next, B3);
        assertThat(effects).isEmpty();
    }

    @Test
    void aBeatOfAStartThatNobodyRecordedDoesNotHideTheDeathOfTheOneThatIs() {
        BrokerIncarnation never = new BrokerIncarnation(2, 999);
        inOfficeOver(B2, B3);

        beat(never);
        take(liveness.onStreamBroken(B2, now()));
        take(liveness.onProbeResult(B2, ProbeResult.REFUSED, now()));

        assertThat(dead()).containsExactly(B2);
        assertThat(liveness.heard(now())).containsExactly(B3);
    }

    @Test
    void whomTheTreeHasNeverNamedIsForgottenWhenItIsSilent() {
        BrokerIncarnation never = new BrokerIncarnation(7, 1);
        inOfficeOver(B2, B3);
        beat(never);
        assertThat(liveness.heard(now())).contains(never);

        pass(6000, B2, B3);

        assertThat(liveness.unheard(now())).isEmpty();
    }

    private void inOfficeOver(BrokerIncarnation... others) {
        known(others);
        for (BrokerIncarnation other : others) {
            beat(other);
        }
        take(liveness.onOffice(true, now()));
        assertThat(effects).isEmpty();
    }

    private void known(BrokerIncarnation... others) {
        take(liveness.onKnown(
                Arrays.stream(others)
                        .map(broker -> new KnownBroker(broker, true))
                        .toList(),
                now()));
    }

    private void beat(BrokerIncarnation from) {
        take(liveness.onBeat(from, List.of(), now()));
    }

    /** Time passes, and only these beat. */
    private void pass(int ms, BrokerIncarnation... beating) {
        for (int i = 0; i < ms / 100; i++) {
            step();
            for (BrokerIncarnation broker : beating) {
                beat(broker);
            }
        }
    }

    /** Time passes, and only {@code witnesses} beat: that they do not hear {@code unheard} either. */
    private void passUnheard(int ms, BrokerIncarnation unheard, BrokerIncarnation... witnesses) {
        for (int i = 0; i < ms / 100; i++) {
            step();
            for (BrokerIncarnation witness : witnesses) {
                take(liveness.onBeat(witness, List.of(unheard), now()));
            }
        }
    }

    private void step() {
        nowMs += 100;
        take(liveness.onTick(now()));
    }

    private void take(List<LivenessEffect> more) {
        effects.addAll(more);
    }

    private List<BrokerIncarnation> dead() {
        return effects.stream()
                .filter(Dead.class::isInstance)
                .map(effect -> ((Dead) effect).broker())
                .toList();
    }

    private long now() {
        return ns(nowMs);
    }

    private static long ns(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
