package io.millrace.cli;

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

/** A member that can die: its connection breaks, and it has not left. It lets go of everything at once. */
final class RawMember {
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
                        .addTopics(topic))
                .build());
        assigned.await();
    }

    private synchronized void send(JoinRequest request) {
        requests.onNext(request);
    }

    private final class Obedient implements StreamObserver<JoinResponse> {
        @Override
        public void onNext(JoinResponse response) {
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
