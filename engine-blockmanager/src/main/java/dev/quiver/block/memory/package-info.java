/**
 * The one memory budget of a process, shared by execution and storage, and among running tasks; and the pool of the same
 * rules for memory outside the heap. Safe for many threads. Start at {@link dev.quiver.block.memory.MemoryBudget}; who is
 * given what is decided in {@code Shares}, who holds what stands in {@link dev.quiver.block.memory.MemoryReport}, and the
 * bytes outside the heap themselves are {@link dev.quiver.block.memory.NativeMemory}'s.
 */
package dev.quiver.block.memory;
