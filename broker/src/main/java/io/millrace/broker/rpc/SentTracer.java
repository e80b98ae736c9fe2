package io.millrace.broker.rpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.util.concurrent.atomic.AtomicBoolean;

/** Notices whether anything of a call left this machine. Until its headers have, the peer cannot have acted on it. */
final class SentTracer extends ClientStreamTracer.Factory {

    private final AtomicBoolean isSent = new AtomicBoolean();

    boolean isSent() {
        return isSent.get();
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
            @Override
            public void outboundHeaders() {
                isSent.set(true);
            }
        };
    }
}
