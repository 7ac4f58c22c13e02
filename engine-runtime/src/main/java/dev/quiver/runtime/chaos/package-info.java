/**
 * Faults on purpose: a plan, drawn from a seed or written down, of what goes wrong in which process and when. Every process
 * of a session does its part of the plan, writes each fault into one file as it takes effect, and the driver tells of it.
 * Without a plan nothing of this exists. Start at {@link dev.quiver.runtime.chaos.Fault}; what a seed means is in {@code
 * RandomPlan}, what happens in a process in {@link dev.quiver.runtime.chaos.ProcessFaults}, and what the driver does to
 * others in {@link dev.quiver.runtime.chaos.Chaos}.
 */
package dev.quiver.runtime.chaos;
