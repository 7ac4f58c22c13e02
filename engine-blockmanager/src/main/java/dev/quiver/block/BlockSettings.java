package dev.quiver.block;

import dev.quiver.block.memory.MemoryBudget;
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
 * @param fetchAttempts   rounds over the holders of a block
 * @param fetchRetryWait  before the second round; grows by as much with every further one
 * @param fetchLimit      largest block that is fetched
 * @param fetchTimeout    longest wait for the next bytes of a block
 */
public record BlockSettings(
        double memoryFraction,
        double storageFraction,
        int fetchAttempts,
        Duration fetchRetryWait,
        Bytes fetchLimit,
        Duration fetchTimeout) {
    public static final ConfigKey<Double> MEMORY_FRACTION = ConfigKey.decimal("memory.fraction", 0.6)
            .check(value -> value > 0 && value < 1, "lie between 0 and 1")
            .doc(
                    "Part of the heap, less quiver.memory.reserved, that execution and cached data share. The rest is for the objects of"
                            + " user code; larger leaves it less.");
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
            .doc("Largest block that is fetched from another process; a larger one is computed again instead.");
    public static final ConfigKey<Duration> FETCH_TIMEOUT = ConfigKey.duration(
                    "block.fetch.timeout", Duration.ofSeconds(60))
            .check(value -> !value.isZero() && !value.isNegative(), "be longer than 0")
            .doc("Longest wait for the next bytes of a block. Shorter notices a stuck executor earlier.");

    /** Every key this module reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(MEMORY_FRACTION, STORAGE_FRACTION, FETCH_ATTEMPTS, FETCH_RETRY_WAIT, FETCH_LIMIT, FETCH_TIMEOUT);
    }

    /** The settings of a session. */
    public static BlockSettings of(Config config) {
        return new BlockSettings(
                config.get(MEMORY_FRACTION),
                config.get(STORAGE_FRACTION),
                config.get(FETCH_ATTEMPTS),
                config.get(FETCH_RETRY_WAIT),
                config.get(FETCH_LIMIT),
                config.get(FETCH_TIMEOUT));
    }

    /** The budget of a process with this heap. A heap too small for the reserved part still gets a quarter of itself. */
    public MemoryBudget budget(long maxHeapBytes, Bytes reserved) {
        long usable = Math.max(maxHeapBytes - reserved.value(), maxHeapBytes / 4);
        return new MemoryBudget((long) (usable * memoryFraction), storageFraction);
    }
}
