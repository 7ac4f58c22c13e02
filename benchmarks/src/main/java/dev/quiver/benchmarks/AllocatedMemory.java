package dev.quiver.benchmarks;

import java.lang.management.ManagementFactory;

/** What the threads of this process allocated on the heap so far, as the JVM counts it. */
final class AllocatedMemory {
    private AllocatedMemory() {}

    /** In bytes, of threads that are alive; -1 where the JVM does not tell. */
    static long bytes() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()) {
            return -1;
        }
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
