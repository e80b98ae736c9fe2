package io.millrace.coordinator;

/**
 * A node as it was read.
 *
 * @param data UTF-8 text, JSON in all of Millrace's own nodes; empty for a node without data
 * @param version number of changes of the data since creation, from 0; a node created again begins again at 0
 * @param createdAt transaction number of its creation: tells a node from a later one at the same path
 * @param modifiedAt transaction number of the last change of its data; grows over the whole tree
 * @param ephemeralOwner session that it lives and dies with, 0 for a persistent node
 */
public record Node(String path, String data, int version, long createdAt, long modifiedAt, long ephemeralOwner) {}
