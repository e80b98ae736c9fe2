package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Where a group is in a partition.
 *
 * @param offset of the next record that it reads; -1 for none
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"tp", "offset"})
public record PartitionOffset(@JsonProperty("tp") Partition partition, long offset) {}
