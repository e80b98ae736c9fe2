package io.millrace.coordinator;

/** What a node holds, and in which version. */
record Versioned<T>(T value, int version) {}
