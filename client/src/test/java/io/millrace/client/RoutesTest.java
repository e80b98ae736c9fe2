package io.millrace.client;

import static io.millrace.client.ScriptedBroker.TOPIC;
import static io.millrace.client.ScriptedBroker.metadata;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RoutesTest {
    private final Routes routes = new Routes(List.of("boot:1"));

    @Test
    void metadataOfAnOlderEpochDoesNotReplaceANewerHint() {
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        assertThat(routes.onHint(TOPIC, 0, hint(4, "b:1"))).isTrue();
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        assertThat(leader()).contains("b:1");
    }

    /** The same old news, once as it is and once with an epoch that hides how old it is. */
    @Test
    void r33TheEpochIsWhatKeepsOldMetadataFromSendingTheClientBack() {
        routes.onMetadata(metadata(2, 4, "a:1", "b:1"));
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        assertThat(leader()).contains("b:1");

        routes.onMetadata(metadata(1, 4, "a:1", "b:1"));
        assertThat(leader()).as("without the rule").contains("a:1");
    }

    @Test
    void aHintWithoutAnAddressIsNoNews() {
        assertThat(routes.onHint(TOPIC, 0, hint(4, ""))).isFalse();
    }

    @Test
    void aTopicCreatedAnewStartsOverWithItsEpochs() {
        routes.onMetadata(metadata(1, 9, "a:1", "b:1"));
        GetMetadataResponse.Builder anew = metadata(2, 0, "a:1", "b:1").toBuilder();
        anew.getTopicsBuilder(0).setTopicId("t2");
        routes.onMetadata(anew.build());
        assertThat(leader()).contains("b:1");
    }

    @Test
    void aFailedLeaderIsForgottenUntilMetadataNamesOneAgain() {
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        routes.onLeaderFailed(TOPIC, 0, "a:1");
        assertThat(leader()).isEmpty();
        routes.onMetadata(metadata(2, 4, "a:1", "b:1"));
        assertThat(leader()).contains("b:1");
    }

    @Test
    void theFailureOfABrokerThatNoLongerLeadsChangesNothing() {
        routes.onMetadata(metadata(2, 4, "a:1", "b:1"));
        routes.onLeaderFailed(TOPIC, 0, "a:1");
        assertThat(leader()).contains("b:1");
    }

    @Test
    void aPartitionWithoutALeaderHasNoRoute() {
        routes.onMetadata(metadata(-1, 4, "a:1"));
        assertThat(leader()).isEmpty();
    }

    @Test
    void theBrokerThatAnsweredLastIsAskedFirstAndNobodyTwice() {
        routes.onMetadata(metadata(1, 3, "boot:1", "b:1"));
        routes.onAnswer("b:1");
        assertThat(routes.candidates()).containsExactly("b:1", "boot:1");
    }

    @Test
    void whoeverWasSilentIsAskedLastUntilItAnswers() {
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        routes.onAnswer("a:1");
        routes.onSilence("a:1", "a:1: no answer");
        assertThat(routes.candidates()).containsExactly("b:1", "boot:1", "a:1");
        routes.onAnswer("a:1");
        assertThat(routes.candidates()).startsWith("a:1");
    }

    @Test
    void whatMayBeAnotherNameOfASilentBrokerIsAskedAfterThoseWhoAreNot() {
        routes.onMetadata(metadata(1, 3, "a:1", "b:1"));
        routes.onAnswer("boot:1");
        assertThat(routes.candidates()).startsWith("boot:1");
        routes.onSilence("b:1", "b:1: no answer");
        assertThat(routes.candidates()).containsExactly("a:1", "boot:1", "b:1");
        assertThat(routes.isDoubtful("boot:1")).isTrue();
        assertThat(routes.isDoubtful("a:1")).isFalse();
        routes.onSilence("a:1", "a:1: no answer");
        assertThat(routes.candidates()).startsWith("boot:1");
        assertThat(routes.isDoubtful("boot:1")).isFalse();
    }

    private Optional<String> leader() {
        return routes.leader(TOPIC, 0).map(Routes.Leader::endpoint);
    }

    private static LeaderHint hint(int leaderEpoch, String endpoint) {
        return LeaderHint.newBuilder()
                .setLeaderEpoch(leaderEpoch)
                .setEndpoint(endpoint)
                .build();
    }
}
