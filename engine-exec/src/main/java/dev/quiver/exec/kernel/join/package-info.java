/**
 * Hash joins of two inputs, in columns. Belongs to the thread of its task. Start at
 * {@link dev.quiver.exec.kernel.join.HashJoin}; a {@code JoinTable} finds the rows of a key.
 */
package dev.quiver.exec.kernel.join;
