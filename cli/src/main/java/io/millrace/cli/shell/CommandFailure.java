package io.millrace.cli.shell;

import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ErrorReason;
import java.util.Map;

/**
 * Ends a command with an exit code and a message of two parts: what happened, and what to do about it. Commands throw
 * it; {@code Main} prints it on stderr without a stack trace.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String cure;

    /** {@code exitCode} is one of {@link ExitCodes}; {@code cure} is empty where there is nothing to advise. */
    public CommandFailure(int exitCode, String cause, String cure) {
        super(cause);
        this.exitCode = exitCode;
        this.cure = cure;
    }

    /** A failure whose exit code is {@link ExitCodes#FAILED}. */
    public static CommandFailure failed(String cause, String cure) {
        return new CommandFailure(ExitCodes.FAILED, cause, cure);
    }

    /** A failure whose exit code is {@link ExitCodes#USAGE}, for what picocli itself cannot check. */
    public static CommandFailure usage(String cause, String cure) {
        return new CommandFailure(ExitCodes.USAGE, cause, cure);
    }

    /**
     * What a command throws where the cluster refused something and the reason alone does not tell what helps, as what
     * was asked for matters too: {@code failure} with the cure for its reason, or as it is where none is given.
     */
    public static RuntimeException advised(MillraceException failure, Map<ErrorReason, String> cures) {
        String cure = cures.get(failure.reason());
        if (failure.kind() != MillraceException.Kind.REFUSED || cure == null) {
            return failure;
        }
        CommandFailure advised = new CommandFailure(ExitCodes.REFUSED, String.valueOf(failure.getMessage()), cure);
        advised.initCause(failure);
        return advised;
    }

    public int exitCode() {
        return exitCode;
    }

    public String cure() {
        return cure;
    }
}
