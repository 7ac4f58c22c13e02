/**
 * What {@code bin/quiver bench} runs: the workloads that other engines are measured with too, each a small class that
 * uses the public API only, and the loop that times them. Read {@link dev.quiver.benchmarks.Workload} first, then
 * {@link dev.quiver.benchmarks.Narrow} for what one looks like; {@link dev.quiver.benchmarks.Bench} runs them, one after
 * another on the main thread. {@code META-INF/quiver/benchmarks} lists them. The peers live in a build of their own,
 * {@code benchmarks/peers}.
 */
package dev.quiver.benchmarks;
