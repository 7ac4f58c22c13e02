/**
 * Blocks of one executor or driver: cached partitions, slices of collections, broadcast values and large results, in
 * memory, on disk, or fetched from another process. Start at {@link dev.quiver.block.BlockManager}. Everything is safe for
 * many task threads, except {@link dev.quiver.block.BlockRegistry}, which has one writer, and {@link
 * dev.quiver.block.Replication} beside it. A block is immutable once it is committed, and seen by others once its task has
 * succeeded; losing one is no error: whoever needs it computes it again.
 */
package dev.quiver.block;
