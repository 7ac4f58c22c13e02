/**
 * Where map outputs are. {@link dev.quiver.shuffle.tracker.MapOutputTracker} lives on the driver and is written by the
 * scheduler's loop alone; everyone else gets immutable {@link dev.quiver.shuffle.tracker.ShuffleLocations}, which
 * travel to executors as bytes. Start at the tracker.
 */
package dev.quiver.shuffle.tracker;
