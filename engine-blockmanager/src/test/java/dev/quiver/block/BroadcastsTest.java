package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.serializer.ValueSerializer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BroadcastsTest {
    private static final BroadcastId ID = new BroadcastId(4);
    private static final BlockId BLOCK = new BlockId.BroadcastValue(ID);
    private static final ExecutorId DRIVER = Processes.executor(0);

    @TempDir
    Path folder;

    private final AtomicInteger reads = new AtomicInteger();
    private Processes processes;
    private BlockManager driver;
    private Broadcasts broadcasts;

    private final ValueSerializer serializer = new ValueSerializer() {
        @Override
        public byte[] write(Object value) {
            return value.toString().getBytes();
        }

        @Override
        public Object read(byte[] bytes, int offset, int length) {
            reads.incrementAndGet();
            return new String(bytes, offset, length);
        }
    };

    @BeforeEach
    void start() {
        processes = new Processes(folder);
        driver = processes.start(0, new MemoryBudget(1 << 20, 0.5));
        BlockManager executor = new BlockManager(
                Processes.executor(1),
                Processes.settings(),
                new MemoryBudget(1 << 20, 0.5),
                folder.resolve("executor"),
                processes.arrow,
                block -> List.of(DRIVER),
                processes,
                duration -> {});
        processes.managers.put(Processes.executor(1), executor);
        broadcasts = new Broadcasts(executor, serializer);
    }

    @AfterEach
    void stop() {
        processes.close();
    }

    @Test
    void loadsAValueOnceWhenEightTasksAskTogether() throws Exception {
        driver.putBlob(BLOCK, serializer.write("shared"));
        ExecutorService tasks = Executors.newFixedThreadPool(8);
        try {
            CyclicBarrier together = new CyclicBarrier(8);
            List<Callable<Object>> asks = Collections.nCopies(8, () -> {
                together.await();
                return broadcasts.value(ID);
            });
            Set<Object> seen = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
            for (Future<Object> value : new ArrayList<>(tasks.invokeAll(asks))) {
                seen.add(value.get());
            }
            assertThat(seen).hasSize(1).first().isEqualTo("shared");
            assertThat(reads).hasValue(1);
            assertThat(processes.requests).isEqualTo(1);
        } finally {
            tasks.shutdownNow();
        }
    }

    @Test
    void failsAfterTheValueWasDestroyedAndForgetsTheFailure() throws Exception {
        driver.putBlob(BLOCK, serializer.write("shared"));
        assertThat(broadcasts.value(ID)).isEqualTo("shared");
        driver.remove(BLOCK);
        assertThat(broadcasts.value(ID)).isEqualTo("shared");
        broadcasts.destroy(ID);
        assertThatThrownBy(() -> broadcasts.value(ID))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("Broadcast 4")
                .hasMessageContaining("destroyed");
        driver.putBlob(BLOCK, serializer.write("again"));
        assertThat(broadcasts.value(ID)).isEqualTo("again");
    }
}
