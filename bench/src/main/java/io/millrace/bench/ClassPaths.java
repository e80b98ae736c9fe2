package io.millrace.bench;

/**
 * What the servers run from. They are two, and neither is this process's own: Kafka brings versions that Millrace must not
 * see, and the other way round.
 */
record ClassPaths(String kafka, String millrace) {
    /** As deploy/compare gives them. */
    static ClassPaths ofProcess() {
        return new ClassPaths(property("bench.kafka.class.path"), property("bench.millrace.class.path"));
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("run this with deploy/compare: " + name + " is not set");
        }
        return value;
    }
}
