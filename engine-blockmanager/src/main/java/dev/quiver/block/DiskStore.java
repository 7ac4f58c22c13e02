package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Blocks on disk. Knows its files from memory, so what another process left behind is never read. */
final class DiskStore {
    private final DiskFolder folder;
    private final ArrowBatches arrow;
    private final Map<BlockId, Stored> blocks = new HashMap<>();
    private final AtomicLong temporary = new AtomicLong();

    private record Stored(DiskBlock files, StorageLevel level) {}

    DiskStore(DiskFolder folder, ArrowBatches arrow) {
        this.folder = folder;
        this.arrow = arrow;
    }

    DiskWriter writer(BlockId block) {
        return new DiskWriter(block.name(), folder, arrow);
    }

    /** A writer of rows of a block that are not to be found here by others. */
    DiskWriter temporary(BlockId block) {
        return new DiskWriter(block.name() + "-fetched-" + temporary.getAndIncrement(), folder, arrow);
    }

    DiskReader reader(BlockId block, DiskBlock files) throws IOException {
        return new DiskReader(block, files, folder, arrow);
    }

    /** Makes a written block visible; false when there is one of this id already. */
    synchronized boolean add(BlockId block, DiskWriter writer, StorageLevel level) throws IOException {
        if (blocks.containsKey(block)) {
            return false;
        }
        blocks.put(block, new Stored(writer.publish(), level));
        return true;
    }

    /** The same if it is still wanted, which is asked with the lock held: who removes it later finds it. */
    synchronized boolean addIf(BooleanSupplier wanted, BlockId block, DiskWriter writer, StorageLevel level)
            throws IOException {
        return wanted.getAsBoolean() && add(block, writer, level);
    }

    /** Opens a block; null when it is not here. @throws CorruptBlock if a file is gone or has another length */
    synchronized DiskReader open(BlockId block) throws IOException {
        Stored stored = blocks.get(block);
        return stored == null ? null : reader(block, stored.files());
    }

    /** Where a block lies, null when it is not here. */
    synchronized DiskBlock files(BlockId block) {
        Stored stored = blocks.get(block);
        return stored == null ? null : stored.files();
    }

    synchronized boolean remove(BlockId block) {
        Stored stored = blocks.remove(block);
        if (stored == null) {
            return false;
        }
        DiskFolder.delete(stored.files());
        return true;
    }

    /** Length of the block's files, empty when it is not here. */
    synchronized OptionalLong sizeBytes(BlockId block) {
        Stored stored = blocks.get(block);
        return stored == null
                ? OptionalLong.empty()
                : OptionalLong.of(stored.files().sizeBytes());
    }

    /** The level it was stored under, null when it is not here. */
    synchronized StorageLevel level(BlockId block) {
        Stored stored = blocks.get(block);
        return stored == null ? null : stored.level();
    }

    synchronized boolean contains(BlockId block) {
        return blocks.containsKey(block);
    }

    /** Whether the block is here, in these files and no others that came after them. */
    synchronized boolean holds(BlockId block, DiskBlock files) {
        Stored stored = blocks.get(block);
        return stored != null && stored.files() == files;
    }

    /** Does something if it is, before anybody can remove it. @return whether it was done, as it says itself */
    synchronized boolean holdsAnd(BlockId block, DiskBlock files, BooleanSupplier action) {
        return holds(block, files) && action.getAsBoolean();
    }

    synchronized Collection<BlockId> blocks() {
        return new ArrayList<>(blocks.keySet());
    }
}
