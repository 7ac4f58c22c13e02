/**
 * What operators do with rows that do not fit into memory: put them aside in a {@link dev.quiver.exec.task.SpillFile} and
 * come back to them. Everything here belongs to the thread of one task. Start at {@link
 * dev.quiver.exec.spill.SpilledKeys}, which grouping and joining share ({@link
 * dev.quiver.exec.spill.KeyParts} puts aside what does not fit), and at {@link dev.quiver.exec.spill.ColumnSort} and {@link
 * dev.quiver.exec.spill.RowSort} for sorting; {@link dev.quiver.exec.spill.SpilledLists} keeps what is left of a grouped
 * result, and {@link dev.quiver.exec.memory.RowSizes} says what objects take.
 */
package dev.quiver.exec.spill;
