package dev.quiver.benchmarks.scale;

import java.lang.management.ManagementFactory;

/** What this thread and this process use. */
public final class Usage {
    private static final int COLLECTIONS = 5;

    private Usage() {}

    /** CPU time of the calling thread in nanoseconds, which a busy machine changes little. */
    public static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Bytes of the heap that something still needs. */
    public static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < COLLECTIONS; round++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
