package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.memory.HeldMemory;

/** Where merged pairs go when memory is refused, to be merged part by part later. Belongs to one task. */
public interface Aside {
    /** What the merging holds. */
    HeldMemory memory();

    /** Whether anything was put aside. */
    boolean isAside();

    /** Whether putting rows aside can part their keys. */
    boolean canPart();

    /** Bytes that putting rows aside takes from now on, for the buffers they go through. */
    long bufferBytes();

    /** Puts pairs aside. @param batch borrowed */
    void putAside(ColumnBatch batch) throws Exception;

    /**
     * Holds what keys take that nothing can part.
     *
     * @throws dev.quiver.exec.task.MemoryExceeded when there is no room for them
     */
    void holdUnparted(long keys, long bytes);
}
