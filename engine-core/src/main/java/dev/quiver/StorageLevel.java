package dev.quiver;

/** Where the partitions of a cached dataset are kept. */
public enum StorageLevel {
    /** Not kept. */
    NONE(false, false),
    /** In memory; what does not fit is computed again when it is needed. */
    MEMORY_ONLY(true, false),
    /** In memory; what does not fit goes to disk. */
    MEMORY_AND_DISK(true, true),
    /** On disk only. */
    DISK_ONLY(false, true);

    private final boolean memory;
    private final boolean disk;

    StorageLevel(boolean memory, boolean disk) {
        this.memory = memory;
        this.disk = disk;
    }

    /** Whether blocks may live in memory. */
    public boolean usesMemory() {
        return memory;
    }

    /** Whether blocks may live on disk. */
    public boolean usesDisk() {
        return disk;
    }
}
