package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Blocks as one task sees them. What it stores is its own until {@link #publish()}: others see a block of a task that
 * succeeded or none, so that nobody reads rows whose task failed, and what it counted while it made them is not lost.
 * Belongs to the task's thread.
 *
 * <pre>
 * being written --commit--> seen by this task only --publish--> seen by all
 *       |                             |
 *       +------------close------------+--------> gone
 * </pre>
 */
public final class TaskBlocks implements AutoCloseable {
    private final Stores stores;
    private final Fetcher fetcher;
    private final TaskBudget memory;
    private final List<BlockId> written = new ArrayList<>();

    /** @param memory what the task holds; null for work that is no task in the ledger */
    TaskBlocks(Stores stores, Fetcher fetcher, TaskBudget memory) {
        this.stores = stores;
        this.fetcher = fetcher;
        this.memory = memory;
    }

    /** Memory for a block that is being written, which is the task's until it is stored. */
    Reservation unroll(MemoryMode mode, String holder, MemoryBudget.Evictor evictor) {
        return memory == null
                ? stores.budget().of(mode).storage(holder, evictor)
                : memory.unroll(mode, holder, evictor);
    }

    /** As {@link BlockManager#read}, with the blocks of this task. */
    public Optional<BatchSource> read(BlockId block) throws Exception {
        Optional<BatchSource> here = stores.visible().open(block, this);
        return here.isPresent() ? here : fetcher.batches(block);
    }

    /** A writer of a block that may be evicted. Its {@code commit} is false when the block was refused. */
    public BlockWriter writer(BlockId block, StorageLevel level) {
        written.add(block);
        return stores.writer(block, level, true, this);
    }

    /** The task succeeded: what it stored is there for all. */
    public void publish() {
        written.forEach(block -> stores.publish(block, this));
        written.clear();
    }

    /** Drops what was not published. Closing twice is harmless. */
    @Override
    public void close() {
        written.forEach(block -> stores.dropUnpublished(block, this));
        written.clear();
    }
}
