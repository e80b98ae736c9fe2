package io.millrace.lab.run;

/** Under what a run was made, in words. */
public final class Conditions {
    private Conditions() {}

    /**
     * This machine and this Java.
     *
     * @param version of the program
     */
    public static String here(String version) {
        return version + ", Java " + System.getProperty("java.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version");
    }
}
