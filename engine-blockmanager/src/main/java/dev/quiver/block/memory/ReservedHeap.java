package dev.quiver.block.memory;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;

/** Heap that the budget never counts: classes, the engine's own objects, buffers in flight. */
public final class ReservedHeap {
    public static final ConfigKey<Bytes> SIZE = ConfigKey.mebibytes("memory.reserved", Bytes.mebi(300))
            .check(value -> value.value() > 0, "be larger than 0")
            .doc("Heap that is kept out of the memory for execution and cached data: for classes, the engine's own"
                    + " objects and buffers in flight. An executor's heap must be at least half as much larger;"
                    + " smaller is for small executors, in tests above all, and makes running out of heap"
                    + " likelier.");

    private ReservedHeap() {}

    /**
     * Refuses executors that would have next to nothing left for data.
     *
     * @param heap of each executor
     * @throws UsageException naming the least heap and what to change
     */
    public static void requireRoom(Config config, Bytes heap) {
        Bytes reserved = config.get(SIZE);
        Bytes least = Bytes.of(reserved.value() / 2 * 3);
        if (heap.compareTo(least) < 0) {
            throw new UsageException(
                    "an executor with a heap of " + heap.display() + " is too small: " + reserved.display()
                            + " of it are reserved (" + SIZE.name() + "), and it needs " + least.display()
                            + " at least. Raise --executor-memory (quiver.executor.memory), or the M of"
                            + " local-cluster[N,C,M].");
        }
    }
}
