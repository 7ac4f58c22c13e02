/**
 * Executors and hosts that failed tasks too often, and get no more of them: by task, by stage attempt, and for the
 * application. Owned by the scheduler's event loop. Start at {@link dev.quiver.scheduler.exclude.SetExclusions}; what
 * lasts beyond a stage is in {@link dev.quiver.scheduler.exclude.ApplicationExclusions}.
 */
package dev.quiver.scheduler.exclude;
