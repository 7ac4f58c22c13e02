/**
 * A whole session under virtual time: the real scheduler, map output tracker, registry of blocks, commit, allocation and
 * control of the driver, with a network, executors and a cluster that are made up, and faults drawn from a seed. One thread,
 * one order of events for each seed. Start at {@code Simulation}; what is drawn is in {@code Scenario}, what may go wrong in
 * {@code FaultKind}, what must hold in {@code Invariants}, {@code Rows}, {@code Commits} and {@code SimulatedJob}.
 */
package dev.quiver.runtime.simulation;
