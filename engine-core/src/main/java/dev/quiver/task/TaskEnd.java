package dev.quiver.task;

import java.io.Serializable;

/**
 * One ended task of a stage attempt, in the report of the executor that ran it.
 *
 * @param partition the partition it computed; of a slice, its number in the {@link dev.quiver.stage.TaskLayout}
 * @param attempt   the task attempt, as launched
 * @param outcome   how it ended
 * @param metrics   what it cost
 */
public record TaskEnd(int partition, int attempt, TaskOutcome outcome, TaskMetrics metrics) implements Serializable {}
