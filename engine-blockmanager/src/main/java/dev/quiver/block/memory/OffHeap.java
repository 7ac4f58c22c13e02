package dev.quiver.block.memory;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.function.LongSupplier;

/** How much memory outside the heap an executor has for blocks. None, unless a user switches it on. */
public final class OffHeap {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("memory.offHeap.enabled", false)
            .doc("Whether executors have memory outside their heap, for what is persisted at StorageLevel.OFF_HEAP."
                    + " Without it such datasets are kept on the heap. Needs quiver.memory.offHeap.size.");
    public static final ConfigKey<Bytes> SIZE = ConfigKey.bytes("memory.offHeap.size", Bytes.of(0))
            .check(value -> value.value() >= 0, "not be negative")
            .doc("Memory outside the heap of each executor, beside its heap: a container or machine must have room for"
                    + " both. Used only when quiver.memory.offHeap.enabled is true.");

    private OffHeap() {}

    /**
     * Bytes of the pool of one executor; 0 when it is off.
     *
     * @throws UsageException if it is switched on without a size, naming what to set
     */
    public static long bytes(Config config) {
        if (!config.get(ENABLED)) {
            return 0;
        }
        long bytes = config.get(SIZE).value();
        if (bytes == 0) {
            throw new UsageException(ENABLED.name() + " is true, and " + SIZE.name()
                    + " is 0: no memory outside the heap would be there. Set " + SIZE.name()
                    + " to what each executor may use beside its heap, such as 2g, or leave " + ENABLED.name()
                    + " at false.");
        }
        return bytes;
    }

    /**
     * Refuses a pool that this JVM would not give the memory for: one whose tasks run in the process of their driver.
     *
     * @param limitBytes what the JVM may have outside its heap, as {@link NativeMemory#limitBytes()} says; asked when the
     *                   pool is on
     * @throws UsageException if it is smaller, naming both numbers and what to change, or as {@link #bytes}
     */
    public static void requireRoom(Config config, LongSupplier limitBytes) {
        long bytes = bytes(config);
        if (bytes == 0) {
            return;
        }
        long limit = limitBytes.getAsLong();
        if (bytes > limit) {
            throw new UsageException(SIZE.name() + " is " + Bytes.of(bytes).display()
                    + ", but this JVM may have only " + Bytes.of(limit).display()
                    + " outside its heap. Start it with -XX:MaxDirectMemorySize="
                    + ((bytes >> 20) + (limit >> 20)) + "m, or lower " + SIZE.name() + ".");
        }
    }
}
