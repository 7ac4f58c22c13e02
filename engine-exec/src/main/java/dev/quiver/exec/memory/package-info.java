/**
 * What operators hold of a task's memory, and estimates of what rows take as objects. Everything here belongs to the thread
 * of one task. Start at {@link dev.quiver.exec.memory.HeldMemory}, then {@link dev.quiver.exec.memory.RowSizes}.
 */
package dev.quiver.exec.memory;
