/**
 * The driver with many of everything: the loop that it really has, and executors that are only pretended, in one thread. Start
 * at {@link dev.quiver.benchmarks.scale.CrowdedDriver}; the workloads named {@code scale-…} use it.
 */
package dev.quiver.benchmarks.scale;
