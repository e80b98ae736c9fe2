package io.millrace.broker.controller;

import java.util.List;

/** Hears what a controller has recorded. Any thread may call. */
public interface BroadcastReceiver {

    void onRecorded(List<RecordedChunk> chunks);
}
