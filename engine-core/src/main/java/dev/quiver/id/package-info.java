/**
 * Identities. Each is a type of its own, so that a stage cannot be passed for a task; all are immutable. Start at
 * {@link dev.quiver.id.TaskAttempt}, which names everything a control message is about.
 */
package dev.quiver.id;
