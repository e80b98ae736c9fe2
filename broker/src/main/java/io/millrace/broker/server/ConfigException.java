package io.millrace.broker.server;

import java.util.List;

/** The configuration cannot be used. Its message names every problem, one a line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(List<String> problems) {
        super("The configuration cannot be used:\n  " + String.join("\n  ", problems));
    }
}
