package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.folder.DiskFailure;
import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.FilePlaces;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what one process holds, for its tasks and for other processes, and shows nobody what is private to others. */
final class VisibleBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(VisibleBlocks.class);

    private final Stores stores;
    private final MemoryStore memory;
    private final DiskStore disk;
    private final PrivateBlocks hidden;
    private final UntoldBlocks untold;
    private final AtomicLong corrupt = new AtomicLong();

    VisibleBlocks(Stores stores, MemoryStore memory, DiskStore disk, PrivateBlocks hidden, UntoldBlocks untold) {
        this.stores = stores;
        this.memory = memory;
        this.disk = disk;
        this.hidden = hidden;
        this.untold = untold;
    }

    /**
     * The block from here; its memory is pinned, or its files are open, until the source is closed.
     *
     * @param task who asks, or null
     */
    Optional<BatchSource> open(BlockId block, Object task) throws IOException {
        MemoryStore.Entry entry = pinVisible(block, task);
        if (entry != null) {
            return Optional.of(new PinnedSource(memory, entry));
        }
        DiskReader reader = openVisible(block, task);
        if (reader == null) {
            return Optional.empty();
        }
        BatchSource rows = new GuardedSource(reader, failed -> damaged(block, failed));
        StorageLevel level = disk.level(block);
        return Optional.of(
                level != null && level.usesMemory()
                        ? new RecallingSource(stores, block, reader.files(), level, rows)
                        : rows);
    }

    /**
     * The block in memory, pinned, if it is one that the task may see. Looked at afterwards: before, a task might store
     * its own yet. One that a task stores and drops in between is hidden no more, but it is not here any more either.
     */
    private MemoryStore.Entry pinVisible(BlockId block, Object task) {
        MemoryStore.Entry entry = memory.pin(block);
        if (entry != null && (hidden.isHiddenFrom(task, block) || !memory.holds(entry))) {
            memory.unpin(entry);
            return null;
        }
        return entry;
    }

    /** The same of its files. */
    private DiskReader openVisible(BlockId block, Object task) throws IOException {
        if (hidden.isHiddenFrom(task, block)) {
            return null;
        }
        DiskReader reader = openVerified(block);
        if (reader != null && (hidden.isHiddenFrom(task, block) || !disk.holds(block, reader.files()))) {
            reader.close();
            return null;
        }
        return reader;
    }

    /** The block's files, read once against their checksums; null when there are none, or they cannot be read as written. */
    private DiskReader openVerified(BlockId block) throws IOException {
        DiskReader reader = null;
        try {
            reader = disk.open(block);
            if (reader != null) {
                reader.verify();
            }
            return reader;
        } catch (IOException failed) {
            if (reader != null) {
                reader.close();
            }
            if (DiskFailure.mayBe(failed)) {
                damaged(block, failed);
                return null;
            }
            throw failed;
        }
    }

    private void damaged(BlockId block, IOException damage) {
        corrupt.incrementAndGet();
        LOG.warn("Dropping block {}: it will be computed again when it is needed.", block.name(), damage);
        disk.remove(block);
        untold.changed(block);
    }

    /** How many blocks on disk were found damaged. */
    long corruptBlocks() {
        return corrupt.get();
    }

    /** Sends the block from here, in memory or on disk, or says that it is not here. */
    void send(BlockId block, FrameWriter into) throws IOException {
        MemoryStore.Entry entry = pinVisible(block, null);
        if (entry != null) {
            try {
                into.start(Answer.BATCHES);
                entry.rows.send(into);
                into.end();
            } finally {
                memory.unpin(entry);
            }
            return;
        }
        try (DiskReader reader = openVisible(block, null)) {
            if (reader == null) {
                into.start(Answer.NOT_FOUND);
                return;
            }
            into.start(Answer.BATCHES);
            reader.send(into);
            into.end();
        }
    }

    /** Says where the block's files are; false when it has none, or nobody may see it yet. */
    boolean locate(BlockId block, FrameWriter into) throws IOException {
        DiskBlock files = hidden.isHiddenFrom(null, block) ? null : disk.files(block);
        if (files == null) {
            return false;
        }
        into.start(Answer.FILES);
        for (DiskBlock.Part part : files.parts()) {
            into.schema(part.schema());
            into.file(new FilePlaces.File(part.file().toString(), part.length()));
        }
        into.places(files.messages().stream()
                .map(each -> new FilePlaces.Place(each.part(), each.offset(), each.length(), each.checksum()))
                .toList());
        into.end();
        return true;
    }
}
