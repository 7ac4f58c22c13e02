/**
 * Column batches as Arrow IPC messages and files: the layout on disk and on the wire. Start at {@link
 * dev.quiver.exec.arrow.ArrowBatches}; {@code ColumnType} says which Arrow type a column has, {@link
 * dev.quiver.exec.arrow.ArrowFileFormat} what surrounds the messages in a file. Messages are built and read on the heap,
 * column arrays copied whole: Arrow's generated classes describe the metadata, its vectors and allocators are not used.
 * Everything here is safe for many threads and owned by none; the first use loads Arrow, nothing before does.
 */
package dev.quiver.exec.arrow;
