/**
 * Dealing the rows of batches out to reduce partitions, column by column. Targets are computed for a whole batch, then
 * each column is scattered in a loop of its own; no object is made per row. Belongs to the task's thread. Start at
 * {@link dev.quiver.exec.kernel.partition.PartitionedColumns}.
 */
package dev.quiver.exec.kernel.partition;
