/**
 * Sorting of whole partitions by key, in columns, and the partition of a key among sorted bounds. Belongs to the thread
 * of its task. Start at {@link dev.quiver.exec.kernel.sort.BatchSorter}; {@code RadixSort} does the work. What was sorted in
 * parts {@link dev.quiver.exec.kernel.sort.BatchMerge} makes one.
 */
package dev.quiver.exec.kernel.sort;
