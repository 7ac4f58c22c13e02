package dev.quiver.runtime.executor;

import dev.quiver.block.BlockManager;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryReport.Use;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * Memory outside the heap that no budget is asked for, as the JVM counts it: buffers of the network, of files that are
 * read, and of user code. Blocks are not among it, they have a pool.
 */
final class DirectBuffers {
    private DirectBuffers() {}

    /** Has the ledger of this process show them. */
    static void show(MemoryBudget memory, BlockManager blocks) {
        memory.show(
                Use.BUFFERS, "buffers of network and files", () -> Math.max(0, bytes("direct") - blocks.nativeBytes()));
        memory.show(Use.BUFFERS, "mapped files", () -> bytes("mapped"));
    }

    private static long bytes(String pool) {
        for (BufferPoolMXBean each : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (each.getName().equals(pool)) {
                return each.getMemoryUsed();
            }
        }
        return 0;
    }
}
