/**
 * Barrier stages: tasks that run at the same time and wait for one another. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.barrier.Meetings}; how they get their slots is in {@code place.Gathering}, and what the failure
 * of one means in {@code dag.BarrierFailures}.
 */
package dev.quiver.scheduler.barrier;
