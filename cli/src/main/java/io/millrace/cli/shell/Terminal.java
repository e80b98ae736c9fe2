package io.millrace.cli.shell;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** Whether a person watches. */
public final class Terminal {
    private Terminal() {}

    /** Whether both standard input and output are a terminal. */
    // Since JDK 22 there is a console without a terminal too, and then it is asked.
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
