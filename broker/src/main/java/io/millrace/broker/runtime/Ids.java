package io.millrace.broker.runtime;

/** The seam for ids that must never repeat. */
public interface Ids {

    /** 22 characters of URL-safe base64 that were never given out before. */
    String topicId();
}
