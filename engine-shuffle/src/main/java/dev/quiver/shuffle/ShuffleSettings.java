package dev.quiver.shuffle;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.shuffle.compress.CompressionSettings;
import java.time.Duration;
import java.util.List;

/**
 * How the exchange uses memory, files and the network. Sizes are bytes.
 *
 * @param chunkTargetBytes size at which rows joined from several map tasks are sealed into a chunk
 * @param writeBufferBytes most bytes one map task holds back before it hands them to the store
 * @param openMaxBytes     most bytes of one shuffle that wait in unsealed chunks on an executor
 * @param memoryMaxBytes   most bytes of sealed chunks an executor keeps in memory; the rest goes to files
 * @param maxOpenFiles     most idle file handles the store keeps open
 * @param fetchWindowBytes most bytes one reduce task has in flight from all holders together
 * @param fetchHolders     most executors one reduce task fetches from at the same time
 * @param fetchTimeout     how long a holder may send nothing before the fetch counts as failed
 * @param maxRetries       how often a failed fetch from one holder is tried again without progress
 * @param retryWait        pause before a retry, on average
 * @param compression      of what goes to files
 * @param contentChecksums whether map outputs carry a checksum of their rows
 */
public record ShuffleSettings(
        long chunkTargetBytes,
        long writeBufferBytes,
        long openMaxBytes,
        long memoryMaxBytes,
        int maxOpenFiles,
        long fetchWindowBytes,
        int fetchHolders,
        Duration fetchTimeout,
        int maxRetries,
        Duration retryWait,
        CompressionSettings compression,
        boolean contentChecksums) {
    /** On small heaps a task holds back no more than this part of it. */
    private static final int WRITE_BUFFER_HEAP_PART = 64;

    /** On small heaps no more than this part of it waits in unsealed chunks of one shuffle. */
    private static final int OPEN_HEAP_PART = 16;

    public static final ConfigKey<Bytes> CHUNK_TARGET = ConfigKey.bytes("shuffle.chunk.targetBytes", Bytes.mebi(1))
            .check(size -> size.value() >= 1 && size.value() <= 1 << 28, "be between 1 byte and 256m")
            .doc("Size at which rows joined from several map tasks become one chunk. Larger means fewer, longer reads;"
                    + " each reduce partition holds up to this much open while maps run.");
    public static final ConfigKey<Bytes> WRITE_BUFFER = ConfigKey.bytes("shuffle.write.buffer", Bytes.mebi(16))
            .doc("Most bytes one map task holds back before handing them on, but no more than a 64th of the heap."
                    + " Larger means larger chunks; each running task may hold this much.");
    public static final ConfigKey<Bytes> OPEN_MAX = ConfigKey.bytes("shuffle.open.maxBytes", Bytes.mebi(128))
            .doc("Most bytes of one shuffle that wait on an executor to be joined with those of other maps, but no"
                    + " more than a 16th of the heap. Larger means larger chunks when there are many reduce"
                    + " partitions.");
    public static final ConfigKey<Double> MEMORY_FRACTION = ConfigKey.decimal("shuffle.memory.fraction", 0.25)
            .check(value -> value >= 0 && value < 1, "be 0 or more, and less than 1")
            .doc("Part of the heap in which an executor keeps finished chunks when their readers share the process."
                    + " The rest goes to files. 0 sends everything to files; larger leaves less to user code.");
    public static final ConfigKey<Integer> MAX_OPEN_FILES = ConfigKey.integer("shuffle.files.maxOpen", 64)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most shuffle files an executor keeps open while nobody uses them.");
    public static final ConfigKey<Bytes> FETCH_WINDOW = ConfigKey.bytes("shuffle.fetch.window", Bytes.mebi(48))
            .check(size -> size.value() >= 1, "be at least 1")
            .doc("Most bytes one reduce task holds in flight. Larger hides latency; each running task may hold this"
                    + " much.");
    public static final ConfigKey<Integer> FETCH_HOLDERS = ConfigKey.integer("shuffle.fetch.holders", 5)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most executors one reduce task fetches from at the same time; they share the window.");
    public static final ConfigKey<Duration> FETCH_TIMEOUT = ConfigKey.duration(
                    "shuffle.fetch.timeout", Duration.ofSeconds(120))
            .check(wait -> !wait.isNegative() && !wait.isZero(), "be longer than 0")
            .doc("How long an executor may send nothing before the fetch from it counts as failed and is tried again.");
    public static final ConfigKey<Integer> MAX_RETRIES = ConfigKey.integer("shuffle.io.maxRetries", 3)
            .check(value -> value >= 0, "be 0 or more")
            .doc("How often a failed fetch is tried again before the map outputs count as lost. A fetch that made"
                    + " progress counts from the start.");
    public static final ConfigKey<Duration> RETRY_WAIT = ConfigKey.duration(
                    "shuffle.io.retryWait", Duration.ofSeconds(5))
            .check(wait -> !wait.isNegative(), "not be negative")
            .doc("Pause before a failed fetch is tried again; doubles with every try and varies by half, so that"
                    + " reducers do not come back all at once.");

    public static final ConfigKey<Boolean> CONTENT_CHECKSUMS = ConfigKey.flag("shuffle.checksum.content", true)
            .doc("Whether map outputs carry a checksum of their rows, so that a map task that yields other rows"
                    + " when it runs again is noticed. Costs about 1 ns per column and row; without it, results"
                    + " may mix both.");

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(
                CHUNK_TARGET,
                WRITE_BUFFER,
                OPEN_MAX,
                MEMORY_FRACTION,
                MAX_OPEN_FILES,
                FETCH_WINDOW,
                FETCH_HOLDERS,
                FETCH_TIMEOUT,
                MAX_RETRIES,
                RETRY_WAIT,
                CONTENT_CHECKSUMS);
    }

    /** The settings of a session, on an executor with this process's heap; what is buffered is less where that is small. */
    public static ShuffleSettings of(Config config) {
        long heap = Runtime.getRuntime().maxMemory();
        return new ShuffleSettings(
                config.get(CHUNK_TARGET).value(),
                Math.min(config.get(WRITE_BUFFER).value(), heap / WRITE_BUFFER_HEAP_PART),
                Math.min(config.get(OPEN_MAX).value(), heap / OPEN_HEAP_PART),
                (long) (config.get(MEMORY_FRACTION) * heap),
                config.get(MAX_OPEN_FILES),
                config.get(FETCH_WINDOW).value(),
                config.get(FETCH_HOLDERS),
                config.get(FETCH_TIMEOUT),
                config.get(MAX_RETRIES),
                config.get(RETRY_WAIT),
                CompressionSettings.of(config),
                config.get(CONTENT_CHECKSUMS));
    }

    /** The same with another bound on the bytes of sealed chunks in memory. */
    public ShuffleSettings withMemoryMaxBytes(long bytes) {
        return with(openMaxBytes, bytes);
    }

    /**
     * The same for chunks that join the rows of one map task only: many tasks have some open at a time, so that each may
     * have no more than it holds back anyway.
     */
    public ShuffleSettings ofOneTask() {
        return with(Math.min(openMaxBytes, writeBufferBytes), memoryMaxBytes);
    }

    private ShuffleSettings with(long openMaxBytes, long memoryMaxBytes) {
        return new ShuffleSettings(
                chunkTargetBytes,
                writeBufferBytes,
                openMaxBytes,
                memoryMaxBytes,
                maxOpenFiles,
                fetchWindowBytes,
                fetchHolders,
                fetchTimeout,
                maxRetries,
                retryWait,
                compression,
                contentChecksums);
    }
}
