package dev.quiver.block;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Blocks on disk. Knows its files from memory, so what another process left behind is never read. */
final class DiskStore {
    private final DiskFolder folder;
    private final ArrowBatches arrow;
    private final Map<BlockId, DiskBlock> blocks = new HashMap<>();

    DiskStore(DiskFolder folder, ArrowBatches arrow) {
        this.folder = folder;
        this.arrow = arrow;
    }

    DiskWriter writer(BlockId block) {
        return new DiskWriter(block, folder, arrow);
    }

    /** Makes a written block visible; false when there is one of this id already. */
    synchronized boolean add(BlockId block, DiskWriter writer) throws IOException {
        if (blocks.containsKey(block)) {
            return false;
        }
        blocks.put(block, writer.publish());
        return true;
    }

    /** Opens a block; null when it is not here. @throws CorruptBlock if a file is gone or has another length */
    synchronized DiskReader open(BlockId block) throws IOException {
        DiskBlock disk = blocks.get(block);
        return disk == null ? null : new DiskReader(block, disk, arrow);
    }

    synchronized boolean remove(BlockId block) {
        DiskBlock disk = blocks.remove(block);
        if (disk == null) {
            return false;
        }
        disk.parts().forEach(part -> DiskFolder.delete(part.file()));
        return true;
    }

    /** Length of the block's files, empty when it is not here. */
    synchronized OptionalLong sizeBytes(BlockId block) {
        DiskBlock disk = blocks.get(block);
        return disk == null ? OptionalLong.empty() : OptionalLong.of(disk.sizeBytes());
    }

    synchronized boolean contains(BlockId block) {
        return blocks.containsKey(block);
    }

    synchronized Collection<BlockId> blocks() {
        return new ArrayList<>(blocks.keySet());
    }
}
