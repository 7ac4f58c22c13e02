/**
 * How many executors there should be, and which need not stay. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.allocate.Allocation}; the number is worked out in {@code AllocationTarget}.
 */
package dev.quiver.scheduler.allocate;
