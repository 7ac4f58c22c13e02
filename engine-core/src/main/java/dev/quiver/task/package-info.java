/**
 * Tasks as data: what is launched, and how it ended. Immutable, and sent between driver and executors. Start at
 * {@link dev.quiver.task.TaskOutcome}.
 */
package dev.quiver.task;
