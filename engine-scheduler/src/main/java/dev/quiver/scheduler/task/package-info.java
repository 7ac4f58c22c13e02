/**
 * The tasks of a stage attempt: which are pending, held by an executor or finished, in a few bytes each. Owned by the
 * scheduler's event loop. Start at {@link dev.quiver.scheduler.task.TaskSet}.
 */
package dev.quiver.scheduler.task;
