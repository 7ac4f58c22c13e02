/**
 * Work on whole columns: hash partitioning, aggregation, sorting, joining, on primitive arrays sized to the cache. Each
 * kernel belongs to the thread of its task. What a kernel cannot do, the interpreter does. Start at
 * {@link dev.quiver.exec.column.BatchSink}.
 */
package dev.quiver.exec.kernel;
