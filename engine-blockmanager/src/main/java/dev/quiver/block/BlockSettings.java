package dev.quiver.block;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.OffHeap;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How much is kept, and how patiently blocks are fetched.
 *
 * @param memoryFraction  part of the heap, less what is reserved, for execution and storage
 * @param storageFraction part of that below which execution does not evict cached blocks
 * @param offHeapBytes    of the pool outside the heap; 0 when it is off
 * @param fetchAttempts   rounds over the holders of a block
 * @param fetchRetryWait  before the second round; grows by as much with every further one
 * @param fetchLimit      largest value that is fetched
 * @param fetchInMemory   most bytes of a fetched block of rows that are kept in memory
 * @param fetchTimeout    longest wait for the next bytes of a block
 * @param replication     how partitions are kept on several executors
 */
public record BlockSettings(
        double memoryFraction,
        double storageFraction,
        long offHeapBytes,
        int fetchAttempts,
        Duration fetchRetryWait,
        Bytes fetchLimit,
        Bytes fetchInMemory,
        Duration fetchTimeout,
        Replication.Limits replication) {
    public static final ConfigKey<Double> MEMORY_FRACTION = ConfigKey.decimal("memory.fraction", 0.6)
            .check(value -> value > 0 && value < 1, "lie between 0 and 1")
            .doc("Part of the heap, less quiver.memory.reserved, that execution and cached data share. The rest is"
                    + " for the objects of user code; larger leaves it less.");
    public static final ConfigKey<Double> STORAGE_FRACTION = ConfigKey.decimal("memory.storageFraction", 0.5)
            .check(value -> value >= 0 && value <= 1, "be from 0 to 1")
            .doc("Part of that memory in which cached blocks are safe from running tasks. Larger caches more and makes"
                    + " tasks spill earlier.");
    public static final ConfigKey<Integer> FETCH_ATTEMPTS = ConfigKey.integer("block.fetch.maxAttempts", 3)
            .check(value -> value >= 1, "be at least 1")
            .doc("Rounds over the holders of a block before it counts as lost and is computed again.");
    public static final ConfigKey<Duration> FETCH_RETRY_WAIT = ConfigKey.duration(
                    "block.fetch.retryWait", Duration.ofMillis(500))
            .doc("Pause before the second round; each further one waits this much longer.");
    public static final ConfigKey<Bytes> FETCH_LIMIT = ConfigKey.bytes("block.fetch.maxSize", Bytes.gibi(1))
            .check(value -> value.value() > 0, "be larger than 0")
            .doc("Largest broadcast value or result of a task that is fetched from another process.");
    public static final ConfigKey<Bytes> FETCH_IN_MEMORY = ConfigKey.bytes("block.fetch.maxInMemory", Bytes.mebi(200))
            .check(value -> value.value() >= 0, "not be negative")
            .doc("Most of a cached partition that a task holds in memory when it comes from another process; a larger"
                    + " one, or one for which there is no room, goes through the disk.");
    public static final ConfigKey<Duration> FETCH_TIMEOUT = ConfigKey.duration(
                    "block.fetch.timeout", Duration.ofSeconds(60))
            .check(value -> !value.isZero() && !value.isNegative(), "be longer than 0")
            .doc("Longest wait for the next bytes of a block. Shorter notices a stuck executor earlier.");

    public static final ConfigKey<Boolean> REPLICATION_PROACTIVE = ConfigKey.flag("block.replication.proactive", true)
            .doc("Whether partitions that are to be kept on several executors are copied again when one of these is"
                    + " lost.");
    public static final ConfigKey<Integer> REPLICATION_MAX_FAILURES = ConfigKey.integer(
                    "block.replication.maxFailures", 1)
            .check(value -> value >= 0, "not be negative")
            .doc("How many executors may fail to copy a partition before it stays on fewer than it should be on.");

    public static final ConfigKey<Boolean> READ_HOST_LOCAL_DISK = ConfigKey.flag("block.readHostLocalDisk", true)
            .doc("Whether executors read the cached partitions that others on the same host have on disk from their"
                    + " files, instead of having them sent. What cannot be read so is sent. Known on Linux only.");

    /** Every key this module reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(
                MEMORY_FRACTION,
                STORAGE_FRACTION,
                OffHeap.ENABLED,
                OffHeap.SIZE,
                FETCH_ATTEMPTS,
                FETCH_RETRY_WAIT,
                FETCH_LIMIT,
                FETCH_IN_MEMORY,
                FETCH_TIMEOUT,
                READ_HOST_LOCAL_DISK,
                REPLICATION_PROACTIVE,
                REPLICATION_MAX_FAILURES);
    }

    /** The settings of a session. @throws dev.quiver.UsageException if the pool outside the heap is on and has no size */
    public static BlockSettings of(Config config) {
        return new BlockSettings(
                config.get(MEMORY_FRACTION),
                config.get(STORAGE_FRACTION),
                OffHeap.bytes(config),
                config.get(FETCH_ATTEMPTS),
                config.get(FETCH_RETRY_WAIT),
                config.get(FETCH_LIMIT),
                config.get(FETCH_IN_MEMORY),
                config.get(FETCH_TIMEOUT),
                new Replication.Limits(config.get(REPLICATION_PROACTIVE), config.get(REPLICATION_MAX_FAILURES)));
    }

    /** The budget of a process with this heap. A heap too small for the reserved part still gets a quarter of itself. */
    public MemoryBudget budget(long maxHeapBytes, Bytes reserved) {
        long usable = Math.max(maxHeapBytes - reserved.value(), maxHeapBytes / 4);
        long shared = (long) (usable * memoryFraction);
        return new MemoryBudget(shared, storageFraction, usable - shared, offHeapBytes);
    }
}
