package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryReport.Use;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * The blocks of one executor, or of the driver: in memory, on disk, or fetched from another process. Safe for many
 * threads. Nothing is read from disk, sent or encoded before a block asks for it.
 */
public final class BlockManager implements AutoCloseable {
    private final Stores stores;
    private final Fetcher fetcher;

    /**
     * @param self      this process, which is never asked for a block over the network
     * @param budget    of this process; from now on execution evicts this manager's blocks
     * @param folders   for this manager alone; made when they are needed, deleted on close
     * @param directory who has which block
     * @param transfer  how blocks come from other processes
     * @param pause     how a thread waits before it tries again
     */
    public BlockManager(
            ExecutorId self,
            BlockSettings settings,
            MemoryBudget budget,
            LocalFolders folders,
            ArrowBatches arrow,
            BlockDirectory directory,
            BlockTransfer transfer,
            Pause pause) {
        this(self, settings, budget, new DiskFolder(folders, FileChannel::open), arrow, directory, transfer, pause);
    }

    BlockManager(
            ExecutorId self,
            BlockSettings settings,
            MemoryBudget budget,
            DiskFolder folder,
            ArrowBatches arrow,
            BlockDirectory directory,
            BlockTransfer transfer,
            Pause pause) {
        this.stores = new Stores(budget, folder, arrow);
        this.fetcher = new Fetcher(self, settings, stores, arrow, directory, transfer, pause);
    }

    /**
     * The block if it is here and whole. While the source is open the block is not evicted.
     *
     * @return closed by the caller; empty also when its files are damaged, and it is then dropped
     * @throws IOException if the disk fails
     */
    public Optional<BatchSource> local(BlockId block) throws IOException {
        return stores.visible().open(block, null);
    }

    /**
     * The block from here or from another process.
     *
     * @return closed by the caller; empty when nobody has it, all tries to fetch it failed, or it does not fit into
     *     memory: compute it
     */
    public Optional<BatchSource> read(BlockId block) throws Exception {
        Optional<BatchSource> here = stores.visible().open(block, null);
        return here.isPresent() ? here : fetcher.batches(block);
    }

    /** A writer of a block that may be evicted later. Its {@code commit} is false when the block was refused. */
    public BlockWriter writer(BlockId block, StorageLevel level) {
        return stores.writer(block, level, true, null);
    }

    /**
     * The blocks as one task sees them, which stores what others see only once it succeeded. Closed by the caller.
     *
     * @param memory borrowed: what the task holds, rows that it is about to store included
     */
    public TaskBlocks forTask(TaskBudget memory) {
        return new TaskBlocks(stores, fetcher, memory);
    }

    /** The same for work that is no task in the ledger: the rows it stores count as the cache's from the first one on. */
    TaskBlocks forTask() {
        return forTask(null);
    }

    /** A copy of a block of another process, to be run where it may take its time. */
    public BlockCopy copy(BlockId block, StorageLevel level) {
        return new BlockCopy(stores, fetcher, stores.writer(block, level, true, null));
    }

    /**
     * Keeps a block that nothing could compute again, as a slice of a collection: in memory, or on disk when there is no
     * room, until it is removed.
     *
     * @throws IOException if it fits nowhere
     */
    public void keep(BlockId block, Iterable<ColumnBatch> batches) throws IOException {
        try (StoringWriter writer = stores.writer(block, StorageLevel.MEMORY_AND_DISK, false, null)) {
            batches.forEach(writer::write);
            if (!writer.commit()) {
                throw new IOException("block " + block.name() + " fits neither in memory nor on disk. "
                        + stores.budget().describe() + " Free disk space, or raise the memory of this process.");
            }
        }
    }

    /** Keeps a serialized value until it is removed. @param bytes transferred: not to be changed any more */
    public void putBlob(BlockId block, byte[] bytes) throws IOException {
        stores.blobs().put(block, bytes);
    }

    /** Whether a large result of a task is here, which nobody has fetched and dropped yet. */
    public boolean keepsResults() {
        return stores.blobs().keepsResults();
    }

    /** A serialized value of this process. The bytes are not to be changed. @throws CorruptBlock if its file is damaged */
    public Optional<byte[]> localBlob(BlockId block) throws IOException {
        return stores.blobs().read(block);
    }

    /** A serialized value from one process, as the large result of a task that ran there. */
    public Optional<byte[]> fetchBlob(ExecutorId from, BlockId block) throws Exception {
        Optional<byte[]> here = stores.blobs().read(block);
        return here.isPresent() ? here : fetcher.blob(from, block);
    }

    /**
     * A serialized value from one process, tried once. It is not kept here.
     *
     * @return empty when that process does not have it
     * @throws IOException when it cannot be had from there; another may do better
     */
    public Optional<byte[]> fetchBlobOnce(ExecutorId from, BlockId block) throws IOException {
        return fetcher.blobOnce(from, block);
    }

    /** Holds memory for something that is made from blobs and kept by others, whether there is room or not. */
    public Reservation hold(String holder, long bytes) {
        Reservation held = stores.budget().storage(holder);
        held.force(bytes);
        return held;
    }

    /**
     * Has the ledger show objects on the heap that no budget counts.
     *
     * @param bytes by an estimate
     * @return takes them out of the ledger again
     */
    public Runnable showObjects(String holder, long bytes) {
        return stores.budget().show(Use.OBJECTS, holder, () -> bytes);
    }

    /** Sends a block of this process to another, or says that it is not here. */
    public void send(BlockId block, FrameWriter into) throws IOException {
        if (!(block instanceof BlockId.BroadcastChunk) && !(block instanceof BlockId.TaskResult)) {
            stores.visible().send(block, into);
            return;
        }
        Optional<byte[]> blob = stores.blobs().read(block);
        into.start(blob.isPresent() ? Answer.BLOB : Answer.NOT_FOUND);
        if (blob.isPresent()) {
            into.bytes(ByteBuffer.wrap(blob.get()));
            into.end();
        }
    }

    /**
     * Says where a block of this process lies on disk, to whoever is on the same host.
     *
     * @return false when it is not on disk, or not here; nothing was said then
     */
    public boolean locate(BlockId block, FrameWriter into) throws IOException {
        return stores.visible().locate(block, into);
    }

    /** Drops a block or a blob of this process. Readers that are under way finish. */
    public void remove(BlockId block) {
        if (block instanceof BlockId.BroadcastChunk || block instanceof BlockId.TaskResult) {
            stores.blobs().remove(block);
        } else {
            stores.remove(block);
        }
    }

    /** Drops every chunk of a broadcast value in this process. */
    public void removeBroadcast(BroadcastId broadcast) {
        stores.blobs().remove(broadcast);
    }

    /** Drops every block of a dataset in this process, those being written included. */
    public void removeDataset(DatasetId dataset) {
        stores.dropDataset(dataset);
    }

    /** What changed since the last call, each block once with what is true now. To be told to the driver, in order. */
    public List<BlockUpdate> drainUpdates() {
        return stores.drainUpdates();
    }

    /** Bytes outside the heap that blocks are in, those included that were removed and are still being read. */
    public long nativeBytes() {
        return stores.nativeBytes();
    }

    /** Blocks on disk that were found damaged, and dropped. */
    public long corruptBlocks() {
        return stores.visible().corruptBlocks();
    }

    /** Drops everything and deletes the folder. Closing twice is harmless. */
    @Override
    public void close() {
        stores.close();
    }
}
