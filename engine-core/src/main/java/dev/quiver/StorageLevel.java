package dev.quiver;

import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the partitions of a cached dataset are kept, and on how many executors. There is one object for each level, so
 * {@code ==} compares them.
 *
 * <p>Rows are always kept as columns: plain arrays of numbers and text, no objects. They take about the bytes of their
 * values, a garbage collection passes over them, and what goes to disk or to another executor is the same columns. There
 * is therefore nothing for a "serialized" level to save, and the names of such levels are other names of the plain ones,
 * for programs that were written with them.
 *
 * <p>Levels {@linkplain #usesOffHeap() outside the heap} keep the same columns in memory of their own, whose size does not
 * count towards the heap: {@code quiver.memory.offHeap.enabled} and {@code quiver.memory.offHeap.size}. On an executor
 * without such memory they are the level of the same name on the heap, {@link #onHeap()}, and are reported as that.
 */
public final class StorageLevel implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /** Most executors that may keep the same partition. */
    public static final int MOST_REPLICAS = 39;

    /** Largest {@link #number()}. */
    public static final int MOST_NUMBER = 8 * MOST_REPLICAS - 1;

    private static final StorageLevel[] LEVELS = new StorageLevel[8 * MOST_REPLICAS];

    static {
        for (int number = 0; number < LEVELS.length; number++) {
            LEVELS[number] =
                    new StorageLevel((number & 1) != 0, (number & 2) != 0, (number & 4) != 0, 1 + (number >>> 3));
        }
    }

    /** Not kept. */
    public static final StorageLevel NONE = of(false, false, 1);

    /** In memory; what does not fit is computed again when it is needed. */
    public static final StorageLevel MEMORY_ONLY = of(true, false, 1);

    /** {@link #MEMORY_ONLY} on two executors. */
    public static final StorageLevel MEMORY_ONLY_2 = of(true, false, 2);

    /** Another name of {@link #MEMORY_ONLY}. */
    public static final StorageLevel MEMORY_ONLY_SER = MEMORY_ONLY;

    /** Another name of {@link #MEMORY_ONLY_2}. */
    public static final StorageLevel MEMORY_ONLY_SER_2 = MEMORY_ONLY_2;

    /** In memory; what does not fit goes to disk. */
    public static final StorageLevel MEMORY_AND_DISK = of(true, true, 1);

    /** {@link #MEMORY_AND_DISK} on two executors. */
    public static final StorageLevel MEMORY_AND_DISK_2 = of(true, true, 2);

    /** Another name of {@link #MEMORY_AND_DISK}. */
    public static final StorageLevel MEMORY_AND_DISK_SER = MEMORY_AND_DISK;

    /** Another name of {@link #MEMORY_AND_DISK_2}. */
    public static final StorageLevel MEMORY_AND_DISK_SER_2 = MEMORY_AND_DISK_2;

    /** On disk only. */
    public static final StorageLevel DISK_ONLY = of(false, true, 1);

    /** {@link #DISK_ONLY} on two executors. */
    public static final StorageLevel DISK_ONLY_2 = of(false, true, 2);

    /** {@link #DISK_ONLY} on three executors. */
    public static final StorageLevel DISK_ONLY_3 = of(false, true, 3);

    /** In memory outside the heap; what does not fit goes to disk. Where there is no such memory, {@link #MEMORY_AND_DISK}. */
    public static final StorageLevel OFF_HEAP = of(true, true, true, 1);

    private static final Map<String, StorageLevel> NAMED = new LinkedHashMap<>();

    static {
        NAMED.put("NONE", NONE);
        NAMED.put("DISK_ONLY", DISK_ONLY);
        NAMED.put("DISK_ONLY_2", DISK_ONLY_2);
        NAMED.put("DISK_ONLY_3", DISK_ONLY_3);
        NAMED.put("MEMORY_ONLY", MEMORY_ONLY);
        NAMED.put("MEMORY_ONLY_2", MEMORY_ONLY_2);
        NAMED.put("MEMORY_ONLY_SER", MEMORY_ONLY_SER);
        NAMED.put("MEMORY_ONLY_SER_2", MEMORY_ONLY_SER_2);
        NAMED.put("MEMORY_AND_DISK", MEMORY_AND_DISK);
        NAMED.put("MEMORY_AND_DISK_2", MEMORY_AND_DISK_2);
        NAMED.put("MEMORY_AND_DISK_SER", MEMORY_AND_DISK_SER);
        NAMED.put("MEMORY_AND_DISK_SER_2", MEMORY_AND_DISK_SER_2);
        NAMED.put("OFF_HEAP", OFF_HEAP);
    }

    private final boolean memory;
    private final boolean disk;
    private final boolean offHeap;
    private final int replicas;

    private StorageLevel(boolean memory, boolean disk, boolean offHeap, int replicas) {
        this.memory = memory;
        this.disk = disk;
        this.offHeap = offHeap;
        this.replicas = replicas;
    }

    /**
     * A level of one's own.
     *
     * @param memory   whether blocks may live in memory
     * @param disk     whether blocks may live on disk; with memory too, those that do not fit there
     * @param replicas how many executors keep each partition, from 1 to {@link #MOST_REPLICAS}
     */
    public static StorageLevel of(boolean memory, boolean disk, int replicas) {
        return of(memory, disk, false, replicas);
    }

    /**
     * A level of one's own, in memory of either kind.
     *
     * @param memory   whether blocks may live in memory
     * @param disk     whether blocks may live on disk; with memory too, those that do not fit there
     * @param offHeap  whether that memory lies outside the heap; means nothing without memory
     * @param replicas how many executors keep each partition, from 1 to {@link #MOST_REPLICAS}
     */
    public static StorageLevel of(boolean memory, boolean disk, boolean offHeap, int replicas) {
        if (replicas < 1 || replicas > MOST_REPLICAS) {
            throw new UsageException(
                    "a partition can be kept on 1 to " + MOST_REPLICAS + " executors, not on " + replicas);
        }
        int copies = memory || disk ? replicas : 1;
        return LEVELS[number(memory, disk, memory && offHeap, copies)];
    }

    /** The level of a name such as {@code MEMORY_AND_DISK_2}. @throws UsageException if there is none */
    public static StorageLevel valueOf(String name) {
        StorageLevel level = NAMED.get(name);
        if (level == null) {
            throw new UsageException("there is no storage level " + name + "; there are "
                    + String.join(", ", NAMED.keySet()) + ", and StorageLevel.of for others");
        }
        return level;
    }

    /** The level of a {@link #number()}. */
    public static StorageLevel numbered(int number) {
        return of((number & 1) != 0, (number & 2) != 0, (number & 4) != 0, 1 + (number >>> 3));
    }

    /** What stands for this level in messages: from 0 to {@link #MOST_NUMBER}. */
    public int number() {
        return number(memory, disk, offHeap, replicas);
    }

    private static int number(boolean memory, boolean disk, boolean offHeap, int replicas) {
        return (replicas - 1) << 3 | (offHeap ? 4 : 0) | (disk ? 2 : 0) | (memory ? 1 : 0);
    }

    /** The same level in memory on the heap. */
    public StorageLevel onHeap() {
        return of(memory, disk, replicas);
    }

    /** Whether blocks may live in memory. */
    public boolean usesMemory() {
        return memory;
    }

    /** Whether the memory in which blocks live lies outside the heap, where an executor has such memory. */
    public boolean usesOffHeap() {
        return offHeap;
    }

    /** Whether blocks may live on disk. */
    public boolean usesDisk() {
        return disk;
    }

    /** How many executors keep each partition. */
    public int replicas() {
        return replicas;
    }

    @Serial
    private Object readResolve() {
        return of(memory, disk, offHeap, replicas);
    }

    /** The name without {@code _SER}, and with the number of replicas when there are several. */
    @Override
    public String toString() {
        String name = offHeap
                ? disk ? "OFF_HEAP" : "OFF_HEAP_ONLY"
                : memory ? disk ? "MEMORY_AND_DISK" : "MEMORY_ONLY" : disk ? "DISK_ONLY" : "NONE";
        return replicas == 1 ? name : name + "_" + replicas;
    }
}
