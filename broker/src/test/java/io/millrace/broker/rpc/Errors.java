package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.millrace.proto.v1.ErrorDetail;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What a failed call tells. */
record Errors(com.google.rpc.Status status) {

    /** Of a call that has to fail. */
    static Errors of(Callable<?> call) {
        try {
            Object answer = call.call();
            throw new AssertionError("should have failed, answered " + answer);
        } catch (StatusRuntimeException failed) {
            return new Errors(Objects.requireNonNull(StatusProto.fromThrowable(failed)));
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /** Of a stream. */
    static Errors of(Throwable failed) {
        return new Errors(Objects.requireNonNull(StatusProto.fromThrowable(failed)));
    }

    Status.Code code() {
        return Status.fromCodeValue(status.getCode()).getCode();
    }

    String message() {
        return status.getMessage();
    }

    ErrorDetail detail() {
        Optional<ErrorDetail> detail = detail(ErrorDetail.class);
        assertThat(detail).as("details of %s", status).isPresent();
        return detail.orElseThrow();
    }

    <T extends Message> Optional<T> detail(Class<T> type) {
        try {
            for (Any any : status.getDetailsList()) {
                if (any.is(type)) {
                    return Optional.of(any.unpack(type));
                }
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException garbled) {
            throw new AssertionError(garbled);
        }
    }
}
