package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;

/**
 * A try of a task, on the executor that holds it.
 *
 * @param partition the task, by its number
 * @param attempt   the number of the try
 */
public record TaskTry(ExecutorId executor, int partition, int attempt) {}
