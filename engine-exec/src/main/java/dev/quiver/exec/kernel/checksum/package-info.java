/**
 * Checksums of the content of rows: the same for the same rows, in whatever order, batches and layout they come. Each
 * object belongs to the thread of its task. Start at {@link dev.quiver.exec.kernel.checksum.RowChecksums}.
 */
package dev.quiver.exec.kernel.checksum;
