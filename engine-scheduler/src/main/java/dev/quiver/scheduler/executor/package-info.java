/**
 * Who is alive and how much it holds. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.executor.Executors}.
 */
package dev.quiver.scheduler.executor;
