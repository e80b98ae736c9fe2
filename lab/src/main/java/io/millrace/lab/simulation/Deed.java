package io.millrace.lab.simulation;

/** What people do to groups and topics while they are in use. */
public enum Deed {
    /** Deletes a group, where nobody is in it. */
    DELETE_GROUP,
    /** Deletes a group's offsets of one topic. */
    DELETE_OFFSETS,
    /** Sets a group's offsets, or says only what they would be set to. */
    RESET,
    /** Sets them, and takes that back. */
    RESET_AND_UNDO,
    /** Deletes a topic and creates it again. */
    RECREATE_TOPIC
}
