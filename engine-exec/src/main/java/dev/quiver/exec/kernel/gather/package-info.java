/**
 * Rows picked out of batches by number, column by column. Belongs to the thread of its task. Start at
 * {@link dev.quiver.exec.kernel.gather.RowGather}.
 */
package dev.quiver.exec.kernel.gather;
