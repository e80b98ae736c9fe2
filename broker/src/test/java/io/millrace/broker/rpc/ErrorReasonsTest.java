package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.rpc.Rejection.InvalidField;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the reasons in {@code core}, those on the wire, and the codes that {@code error.proto} promises to each other. */
class ErrorReasonsTest {

    private static final Path ERROR_PROTO =
            Path.of("..", "proto", "src", "main", "proto", "millrace", "v1", "error.proto");
    private static final Pattern REASON =
            Pattern.compile("//\\s+([A-Z_]+): [^\\n]*\\n(?:\\s+//[^\\n]*\\n)*\\s+ERROR_REASON_([A-Z_]+) = \\d+;");

    private final BrokerImage leader = Clusters.broker(1, "leader.example:7171", "leader.example:7271");
    private final ErrorMapping mapping = new ErrorMapping(() -> Clusters.image(List.of(leader), 1));

    @Test
    void everyReasonTravelsWithTheCodeThatTheProtoPromises() throws IOException {
        Map<String, String> promised = new TreeMap<>();
        Matcher matcher = REASON.matcher(Files.readString(ERROR_PROTO));
        while (matcher.find()) {
            promised.put(matcher.group(2), matcher.group(1));
        }
        Map<String, String> real = new TreeMap<>();
        for (ErrorReason reason : ErrorReason.values()) {
            real.put(reason.name(), WireError.of(reason).code().name());
        }

        assertThat(real).isEqualTo(promised);
    }

    @Test
    void everyReasonOnTheWireHasItsTwin() {
        List<String> wire = Arrays.stream(io.millrace.proto.v1.ErrorReason.values())
                .map(Enum::name)
                .filter(name -> !name.equals("UNRECOGNIZED") && !name.equals("ERROR_REASON_UNSPECIFIED"))
                .map(name -> name.substring("ERROR_REASON_".length()))
                .toList();

        assertThat(Arrays.stream(ErrorReason.values()).map(Enum::name)).containsExactlyInAnyOrderElementsOf(wire);
    }

    @ParameterizedTest
    @EnumSource(ErrorReason.class)
    void everyRefusalCarriesItsReasonAndItsCertainty(ErrorReason reason) {
        Errors definite = errors(Rejection.of(Refusal.definite(reason, "why")));
        Errors indeterminate = errors(Rejection.of(Refusal.indeterminate(reason, "why")));

        assertThat(definite.message()).isEqualTo("why");
        assertThat(definite.detail(ErrorInfo.class).orElseThrow().getReason()).isEqualTo(reason.name());
        assertThat(definite.detail(ErrorInfo.class).orElseThrow().getDomain()).isEqualTo("millrace.io");
        assertThat(definite.detail().getReason()).hasToString("ERROR_REASON_" + reason.name());
        assertThat(definite.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
        assertThat(indeterminate.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @ParameterizedTest
    @EnumSource(ErrorReason.class)
    void whatIsUnavailableSaysWhenToAskAgain(ErrorReason reason) {
        Errors errors = errors(Rejection.of(Refusal.definite(reason, "why")));

        boolean retriable = errors.code() == Status.Code.UNAVAILABLE || reason == ErrorReason.STORAGE_FULL;
        assertThat(errors.detail(RetryInfo.class).isPresent()).isEqualTo(retriable);
    }

    @Test
    void aHintNamesTheLeadersEndpointForClients() {
        Errors errors = errors(Rejection.of(Refusal.notLeader(Clusters.partition(0), 1, 5)));

        assertThat(errors.detail().getLeader().getBrokerId()).isEqualTo(1);
        assertThat(errors.detail().getLeader().getEndpoint()).isEqualTo("leader.example:7171");
        assertThat(errors.detail().getLeader().getLeaderEpoch()).isEqualTo(5);
    }

    @Test
    void aHintAtAnUnknownBrokerHasNoEndpoint() {
        Errors errors = errors(Rejection.of(Refusal.notLeader(Clusters.partition(0), 9, 5)));

        assertThat(errors.detail().getLeader().getBrokerId()).isEqualTo(9);
        assertThat(errors.detail().getLeader().getEndpoint()).isEmpty();
    }

    @Test
    void offsetsAreToldWhereTheyMatterAndAbsentElsewhere() {
        ErrorDetail range = errors(Rejection.of(Refusal.outOfRange(9, 0, 7))).detail();
        ErrorDetail timeout = errors(Rejection.of(Refusal.commitTimeout(0))).detail();

        assertThat(range.hasLogStartOffset()).isTrue();
        assertThat(range.getLogEndOffset()).isEqualTo(7);
        assertThat(range.hasAppendedOffset()).isFalse();
        assertThat(timeout.hasAppendedOffset()).isTrue();
        assertThat(timeout.hasLogEndOffset()).isFalse();
    }

    @Test
    void anUnknownTopicIsNamedAsAResource() {
        Errors errors = errors(Rejection.unknownTopic("nowhere", "why"));

        assertThat(errors.detail(ResourceInfo.class).orElseThrow().getResourceName())
                .isEqualTo("nowhere");
    }

    @Test
    void everyInvalidFieldIsNamed() {
        Errors errors =
                errors(Rejection.invalid(List.of(new InvalidField("a", "is x"), new InvalidField("b", "is y"))));

        assertThat(errors.message()).isEqualTo("a: is x; b: is y");
        assertThat(errors.detail(BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(violation -> violation.getField())
                .containsExactly("a", "b");
    }

    @Test
    void detailsFitIntoTrailersHoweverMuchIsWrong() {
        Fields fields = new Fields();
        for (int i = 0; i < 1000; i++) {
            fields.require(false, "a.field.with.a.long.path", "x".repeat(10_000));
        }
        Errors errors = errors(fields.rejection().orElseThrow());

        assertThat(errors.status().getSerializedSize()).isLessThan(4096);
    }

    @Test
    void aTextThatRepeatsWhatWasSentControlsNoTerminal() {
        String sent = "a\u001b[31m\r\nb\u202e\u0000";

        Errors errors = errors(Rejection.unknownTopic(sent, "There is no topic '" + sent + "'"));

        assertThat(errors.message()).isEqualTo("There is no topic 'a?[31m??b??'");
        assertThat(errors.detail(ResourceInfo.class).orElseThrow().getResourceName())
                .isEqualTo("a?[31m??b??");
    }

    private Errors errors(Rejection rejection) {
        return Errors.of(() -> {
            throw mapping.exception(rejection);
        });
    }
}
