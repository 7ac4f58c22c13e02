/**
 * The one memory budget of a process, shared by execution and storage. Safe for many threads. Start at
 * {@link dev.quiver.block.memory.MemoryBudget}.
 */
package dev.quiver.block.memory;
