package io.millrace.broker.core;

import org.jspecify.annotations.Nullable;

/**
 * What a topic or a group may be called. Names are part of coordinator paths and of the command line, so what would be
 * read otherwise there is refused here.
 */
public final class NameRules {

    public static final int MAX_LENGTH = 249;

    private NameRules() {}

    /**
     * What is wrong with {@code name}, null if nothing is.
     *
     * @param what the name belongs to, as it begins the sentence: {@code "Topic name"}
     */
    public static @Nullable String problem(String what, String name) {
        if (name.isEmpty()) {
            return what + " is empty";
        }
        if (name.length() > MAX_LENGTH) {
            return what + " has " + name.length() + " characters, at most " + MAX_LENGTH + " are allowed";
        }
        if (!name.chars().allMatch(NameRules::isAllowed)) {
            return what + " may hold letters a-z and A-Z, digits, '.', '_' and '-' only";
        }
        if (name.equals(".") || name.equals("..")) {
            return what + " must not be '" + name + "'";
        }
        return name.startsWith("__") ? what + " must not begin with '__', which is kept for internal use" : null;
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
