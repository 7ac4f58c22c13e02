/**
 * The scheduler: a pure state machine that turns jobs into stages, stages into tasks, and tasks into launches. Owned by
 * one event loop, which feeds it {@link dev.quiver.scheduler.SchedulerEvent}s; it acts through the interfaces in
 * {@code port} and nothing else. Start at {@link dev.quiver.scheduler.Scheduler}.
 */
package dev.quiver.scheduler;
