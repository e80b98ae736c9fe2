package io.millrace.broker.rpc;

import io.grpc.Context;
import io.grpc.Metadata;

/** Where a call comes from: a client, or another broker that passes a client's call on. */
final class CallOrigin {

    /** Says who forwarded a call: a broker's id. */
    static final Metadata.Key<String> HEADER =
            Metadata.Key.of("millrace-forwarded-by", Metadata.ASCII_STRING_MARSHALLER);

    /** Set while a forwarded call is entered. */
    static final Context.Key<Boolean> IS_FORWARDED = Context.keyWithDefault("millrace-is-forwarded", false);

    /** Address of whoever is connected, set while a call is entered. */
    static final Context.Key<String> PEER = Context.keyWithDefault("millrace-peer", "");

    private CallOrigin() {}

    /** Where the call that this thread is entering comes from, for people: an address without its port. */
    static String peer() {
        return PEER.get();
    }

    /** Whether the call that this thread is entering was forwarded, so that it must be answered here. */
    static boolean isForwarded() {
        return IS_FORWARDED.get();
    }
}
