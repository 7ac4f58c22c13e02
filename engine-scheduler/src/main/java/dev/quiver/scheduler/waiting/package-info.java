/**
 * Why stages and tasks wait, worked out when somebody asks; decides nothing. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.waiting.Waits}.
 */
package dev.quiver.scheduler.waiting;
