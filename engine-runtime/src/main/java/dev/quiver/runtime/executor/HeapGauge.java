package dev.quiver.runtime.executor;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** How full the heap of this process is. Safe for many threads. */
interface HeapGauge {
    /** Bytes that the last collection of each part of the heap left behind. */
    long liveBytes();

    /** Bytes in use, garbage included. */
    long usedBytes();

    /** Bytes that the heap can have. */
    long maxBytes();

    /** The heap of this JVM. */
    static HeapGauge ofThisProcess() {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        Runtime runtime = Runtime.getRuntime();
        return new HeapGauge() {
            @Override
            public long liveBytes() {
                long live = 0;
                for (MemoryPoolMXBean pool : pools) {
                    MemoryUsage afterCollection = pool.getCollectionUsage();
                    live += afterCollection == null ? 0 : afterCollection.getUsed();
                }
                return live;
            }

            @Override
            public long usedBytes() {
                return runtime.totalMemory() - runtime.freeMemory();
            }

            @Override
            public long maxBytes() {
                return runtime.maxMemory();
            }
        };
    }
}
