package io.millrace.cli;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberAssignment;
import io.millrace.proto.v1.MemberHeartbeat;
import io.millrace.proto.v1.MemberOpen;
import java.util.concurrent.CountDownLatch;

/** A member that can die: its connection breaks, and it has not left. It does at once what it is told. */
final class RawMember {
    /** It speaks only when it is spoken to: longer than any test. */
    private static final Duration SESSION_TIMEOUT =
            Duration.newBuilder().setSeconds(600).build();

    private final ManagedChannel channel;
    private final CountDownLatch assigned = new CountDownLatch(1);
    private StreamObserver<JoinRequest> requests;

    RawMember(String endpoint, String group, String topic, String memberId) throws InterruptedException {
        channel = NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
        requests = GroupServiceGrpc.newStub(channel).join(new Obedient());
        send(JoinRequest.newBuilder()
                .setOpen(MemberOpen.newBuilder()
                        .setGroup(group)
                        .setMemberId(memberId)
                        .addTopics(topic)
                        .setSessionTimeout(SESSION_TIMEOUT))
                .build());
        assigned.await();
    }

    private synchronized void send(JoinRequest request) {
        requests.onNext(request);
    }

    private final class Obedient implements StreamObserver<JoinResponse> {
        @Override
        public void onNext(JoinResponse response) {
            if (!response.hasAssignment()) {
                return;
            }
            MemberAssignment told = response.getAssignment();
            send(JoinRequest.newBuilder()
                    .setHeartbeat(MemberHeartbeat.newBuilder()
                            .setGeneration(told.getGeneration())
                            .addAllHolds(told.getPartitionsList()))
                    .build());
            assigned.countDown();
        }

        @Override
        public void onError(Throwable failure) {
            assigned.countDown();
        }

        @Override
        public void onCompleted() {
            assigned.countDown();
        }
    }

    void die() {
        channel.shutdownNow();
    }
}
