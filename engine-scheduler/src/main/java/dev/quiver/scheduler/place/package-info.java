/**
 * Who gets the next tasks: turns between jobs, slots and queues, nearness to data. Owned by the scheduler's event loop.
 * Start at {@link dev.quiver.scheduler.place.Placement}; the arithmetic is in {@code Dealing} and {@code QueueDepth}.
 */
package dev.quiver.scheduler.place;
