package dev.quiver.block.memory;

/** Where memory lies. Each kind has a pool of its own, with the same rules. */
public enum MemoryMode {
    /** Among the objects of the JVM. */
    HEAP,
    /** Outside of the JVM's heap: see {@link OffHeap}. */
    OFF_HEAP
}
