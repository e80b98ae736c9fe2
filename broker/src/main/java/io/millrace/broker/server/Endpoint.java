package io.millrace.broker.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host name, IPv4 address, or IPv6 address without brackets
 * @param port 0 to 65,535; 0 means whichever is free
 */
public record Endpoint(String host, int port) {

    /** What {@link #parse} takes, for messages. */
    static final String FORM = "host:port, with an IPv6 host in [] and a port from 0 to 65535";

    // A host of digits and dots only must be a whole IPv4 address: resolvers take "0" for the wildcard.
    private static final Pattern SYNTAX = Pattern.compile("(?:\\[(?<six>[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)]"
            + "|(?<four>\\d{1,3}(?:\\.\\d{1,3}){3})"
            + "|(?<name>(?=[^:]*[a-zA-Z])[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,252})))"
            + ":(?<port>\\d{1,5})");
    private static final Pattern ONLY_ZEROS = Pattern.compile("[0:.]+");

    /** Empty where {@code text} is not of the form. */
    static Optional<Endpoint> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group("port"));
        String bracketed = matcher.group("six");
        String host = bracketed != null ? bracketed : text.substring(0, text.lastIndexOf(':'));
        return port > 65_535 ? Optional.empty() : Optional.of(new Endpoint(host, port));
    }

    /** Whether it stands for every address of the machine: one can bind to it, not connect to it. */
    public boolean isWildcard() {
        return ONLY_ZEROS.matcher(host).matches();
    }

    public Endpoint withPort(int other) {
        return new Endpoint(host, other);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
