package dev.quiver.block;

import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Locks and eviction in a thousand random orders, each repeatable by its seed: readers, writers, running tasks and removals
 * take their steps one at a time, and also while a block that has to go is being written to disk, when no lock is held.
 */
class InterleavedEvictionTest {
    private static final int STEPS = 300;
    private static final long TOTAL = 16 * Sample.BATCH_BYTES;

    @Test
    void noBlockThatIsReadOrOfTheDatasetBeingWrittenIsEvictedInAThousandRandomOrders() {
        int evicted = 0;
        int reprieved = 0;
        for (long seed = 0; seed < 1000; seed++) {
            Interleaving order = new Interleaving(seed);
            order.run();
            evicted += order.evicted;
            reprieved += order.reprieved;
        }
        assertThat(evicted).isGreaterThan(10_000);
        assertThat(reprieved).as("read while they were being evicted").isGreaterThan(100);
    }

    /** One order of steps. */
    private static final class Interleaving implements MemoryStore.Evictions {
        private static final DatasetId NOBODY = new DatasetId(Integer.MAX_VALUE);

        private final long seed;
        private final Random random;
        private final MemoryBudget budget = new MemoryBudget(TOTAL, 0.25);
        private final MemoryStore store = new MemoryStore(budget, this);
        private final List<MemoryStore.Entry> pinned = new ArrayList<>();
        private final List<Reservation> tasks = new ArrayList<>();
        private final Set<MemoryStore.Entry> leaving = new LinkedHashSet<>();
        private final Deque<DatasetId> writing = new ArrayDeque<>();
        private int evicted;
        private int reprieved;

        Interleaving(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            budget.evictWith(bytes -> {
                writing.push(NOBODY);
                try {
                    return store.evictor(MemoryMode.HEAP).evict(bytes);
                } finally {
                    writing.pop();
                }
            });
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                check();
            }
            pinned.forEach(store::unpin);
            tasks.forEach(Reservation::close);
            store.clear();
            assertThat(budget.freeBytes()).as("seed %d", seed).isEqualTo(TOTAL);
            assertThat(budget.ledger()).as("seed %d", seed).isEmpty();
        }

        private void step() {
            int choice = random.nextInt(100);
            BlockId.CachedPartition block = cached(random.nextInt(4), random.nextInt(5));
            if (choice < 30) {
                MemoryStore.Entry entry = store.pin(block);
                if (entry != null) {
                    pinned.add(entry);
                }
            } else if (choice < 52) {
                if (!pinned.isEmpty()) {
                    store.unpin(pinned.remove(random.nextInt(pinned.size())));
                }
            } else if (choice < 80) {
                write(block);
            } else if (choice < 88) {
                Reservation task = budget.execution("task");
                if (task.tryGrow((1 + random.nextInt(5)) * Sample.BATCH_BYTES)) {
                    tasks.add(task);
                } else {
                    task.close();
                }
            } else if (choice < 96) {
                if (!tasks.isEmpty()) {
                    tasks.remove(random.nextInt(tasks.size())).close();
                }
            } else {
                store.remove(block);
            }
        }

        private void write(BlockId.CachedPartition block) {
            Reservation held = budget.storage("cached", store.evictor(MemoryMode.HEAP, block.dataset()));
            int batches = 1 + random.nextInt(3);
            writing.push(block.dataset());
            boolean fits = held.tryGrow(batches * Sample.BATCH_BYTES);
            writing.pop();
            HeapRows rows = new HeapRows(new ArrowBatches());
            rows.add(longs(0));
            MemoryStore.Entry entry = new MemoryStore.Entry(block, rows, held, StorageLevel.MEMORY_ONLY, true);
            if (!fits || !store.add(entry)) {
                held.close();
            }
        }

        private void check() {
            assertThat(budget.freeBytes()).as("seed %d", seed).isBetween(0L, TOTAL);
            for (MemoryStore.Entry entry : pinned) {
                assertThat(entry.reservation.bytes())
                        .as("memory of %s, which is read, seed %d", entry.block, seed)
                        .isEqualTo(entry.sizeBytes);
            }
        }

        /** As if it took its time to write the block: others go on meanwhile. */
        @Override
        public boolean beforeEviction(MemoryStore.Entry entry) {
            assertThat(pinned).as("seed %d", seed).doesNotContain(entry);
            assertThat(leaving.add(entry)).as("evicted by two, seed %d", seed).isTrue();
            for (int meanwhile = random.nextInt(4); meanwhile > 0 && leaving.size() < 4; meanwhile--) {
                step();
            }
            leaving.remove(entry);
            reprieved += pinned.contains(entry) ? 1 : 0;
            return random.nextInt(20) > 0;
        }

        @Override
        public void afterEviction(MemoryStore.Entry entry) {
            evicted++;
            assertThat(pinned).as("seed %d", seed).doesNotContain(entry);
            DatasetId dataset = ((BlockId.CachedPartition) entry.block).dataset();
            assertThat(dataset).as("seed %d", seed).isNotEqualTo(writing.peek());
            assertThat(store.sizeBytes(entry.block)).as("seed %d", seed).isEmpty();
        }
    }
}
