/**
 * The one memory budget of a process, shared by execution and storage, and among running tasks. Safe for many threads.
 * Start at {@link dev.quiver.block.memory.MemoryBudget}; who is given what is decided in {@code Shares}, and who holds
 * what stands in {@link dev.quiver.block.memory.MemoryReport}.
 */
package dev.quiver.block.memory;
