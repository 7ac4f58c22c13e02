/**
 * Rows as columns, and the way there and back. A {@link dev.quiver.exec.column.ColumnBatch} is immutable and may be
 * shared by threads; builders and readers belong to the task thread that made them. Read
 * {@link dev.quiver.exec.column.ColumnLayout} first: it says which columns a shape has.
 */
package dev.quiver.exec.column;
