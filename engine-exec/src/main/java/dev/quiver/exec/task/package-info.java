/**
 * What a running task needs from the executor around it, as ports, and the ways in which it can end. Each object
 * belongs to the task's thread. Start at {@link dev.quiver.exec.task.TaskServices}.
 */
package dev.quiver.exec.task;
