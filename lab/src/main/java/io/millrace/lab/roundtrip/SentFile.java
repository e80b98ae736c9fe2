package io.millrace.lab.roundtrip;

/**
 * What became of one file on its way in.
 *
 * @param file the file's name
 * @param partition where its lines went
 * @param lines how many lines it had
 * @param bytes how long it was
 * @param sent lines that were handed to the client
 * @param acknowledged lines whose batch a broker acknowledged
 */
public record SentFile(String file, int partition, long lines, long bytes, long sent, long acknowledged) {}
