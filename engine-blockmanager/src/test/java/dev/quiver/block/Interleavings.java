package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.broadcast.BroadcastInterleavings;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Small programs of three or four threads that {@link InterleavingsTest} has run in many interleavings, one process for
 * each program. What must hold is asserted here; that no thread waits for ever is seen by whoever schedules them.
 */
public final class Interleavings {
    private static final long BATCH = Sample.BATCH_BYTES;

    private Interleavings() {}

    /** @param args the program, and a folder for its files */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "pool" -> pool();
            case "cancel" -> cancel();
            case "locks" -> locks();
            case "line" -> line();
            case "blocks" -> blocks(Path.of(args[1]));
            case "drop" -> drop(Path.of(args[1]));
            case "blobs" -> blobs(Path.of(args[1]));
            case "broadcast" -> BroadcastInterleavings.droppedWhileLoaded(Path.of(args[1]));
            case "destroy" -> BroadcastInterleavings.droppedWhileRead(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** What one thread does. */
    public interface Steps {
        void run() throws Exception;
    }

    /** Runs all at once, each on a thread of its own, to their ends. */
    public static void together(Steps... all) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (Steps steps : all) {
            Thread thread = new Thread(() -> {
                try {
                    steps.run();
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    public static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static MemoryBudget budget(long bytes, double storageFraction) {
        return new MemoryBudget(bytes, storageFraction, MemoryBudget.FOR_EVER, Clock.system());
    }

    /** Tasks that want all, give back and end; each is given what it is guaranteed, if it has to wait for it. */
    private static void pool() throws Exception {
        MemoryBudget budget = budget(1200, 0.5);
        Steps task = () -> {
            try (TaskBudget mine = budget.task("a task", () -> false)) {
                Reservation operator = mine.open("join");
                boolean all = operator.tryGrow(1200);
                require(budget.freeBytes() >= 0, "more is held than there is");
                if (!all) {
                    require(operator.tryGrow(200), "a refusal of a sixth, which is guaranteed to one of three");
                    require(budget.freeBytes() >= 0, "more is held than there is");
                    operator.shrink(100);
                }
            }
        };
        together(task, task, task);
        require(budget.freeBytes() == 1200 && budget.ledger().isEmpty(), "not all came back");
    }

    /** A task that waits is told to stop. */
    private static void cancel() throws Exception {
        MemoryBudget budget = budget(1200, 0.5);
        TaskBudget hog = budget.task("hog", () -> false);
        require(hog.open("sortByKey").tryGrow(1200), "all of it, for one alone");
        AtomicBoolean cancelled = new AtomicBoolean();
        together(
                () -> {
                    try (TaskBudget mine = budget.task("late", cancelled::get)) {
                        require(!mine.open("join").tryGrow(300), "memory that another holds");
                    }
                },
                () -> {
                    cancelled.set(true);
                    budget.wake();
                });
        hog.close();
        require(budget.freeBytes() == 1200, "not all came back");
    }

    /** A block that is read is not evicted, and one that is removed is counted until its last reader is done. */
    private static void locks() throws Exception {
        MemoryBudget budget = budget(4 * BATCH, 0);
        MemoryStore store = storeOf(budget);
        for (int partition = 0; partition < 2; partition++) {
            require(keep(budget, store, Sample.cached(0, partition)), "room for two");
        }
        Steps reader = () -> {
            require(budget.freeBytes() >= 0, "more is held than there is");
            MemoryStore.Entry entry = store.pin(Sample.cached(0, 0));
            if (entry != null) {
                require(entry.reservation.bytes() == BATCH, "memory of a block that is read was given back");
                store.unpin(entry);
            }
        };
        together(
                reader,
                () -> {
                    try (Reservation sort = budget.execution("sort")) {
                        if (sort.tryGrow(4 * BATCH)) {
                            require(store.blocks().isEmpty(), "blocks whose memory execution has");
                        }
                    }
                },
                () -> keep(budget, store, Sample.cached(1, 0)),
                () -> store.remove(Sample.cached(0, 0)));
        require(budget.storageBytes() == store.blocks().size() * BATCH, "storage is not what its blocks take");
        store.clear();
        require(budget.freeBytes() == 4 * BATCH, "not all came back");
    }

    /** Two that need memory at once leave the cache what is its own. */
    private static void line() throws Exception {
        MemoryBudget budget = budget(4 * BATCH, 0.5);
        MemoryStore store = storeOf(budget);
        for (int partition = 0; partition < 4; partition++) {
            require(keep(budget, store, Sample.cached(0, partition)), "room for four");
        }
        Steps sort = () -> {
            try (Reservation held = budget.execution("sort")) {
                held.tryGrow(2 * BATCH);
                require(budget.freeBytes() >= 0, "more is held than there is");
            }
        };
        together(sort, sort);
        require(budget.storageBytes() == 2 * BATCH, "of the cache's own half, less is left: " + budget.storageBytes());
    }

    private static MemoryStore storeOf(MemoryBudget budget) {
        MemoryStore store = new MemoryStore(budget, new MemoryStore.Evictions() {
            @Override
            public boolean beforeEviction(MemoryStore.Entry entry) {
                return true;
            }

            @Override
            public void afterEviction(MemoryStore.Entry entry) {
                require(entry.pins == 0, "a block was evicted that is read");
            }
        });
        budget.evictWith(store.evictor(MemoryMode.HEAP));
        return store;
    }

    private static boolean keep(MemoryBudget budget, MemoryStore store, BlockId.CachedPartition block) {
        Reservation held = budget.storage("cached", store.evictor(MemoryMode.HEAP, block.dataset()));
        HeapRows rows = new HeapRows(new ArrowBatches());
        rows.add(Sample.longs(0));
        if (held.tryGrow(BATCH)
                && store.add(new MemoryStore.Entry(block, rows, held, StorageLevel.MEMORY_ONLY, true))) {
            return true;
        }
        held.close();
        return false;
    }

    /** A block is written by a task that fails and by one that succeeds, read, evicted to disk and dropped. */
    private static void blocks(Path folder) throws Exception {
        MemoryBudget budget = budget(2 * BATCH, 0);
        Stores stores = new Stores(budget, Processes.diskFolder(folder), new ArrowBatches());
        BlockId block = Sample.cached(0, 0);
        together(
                () -> task(stores, block, 1000, false),
                () -> task(stores, block, 2000, true),
                () -> read(stores, block, null, 2000),
                () -> {
                    try (Reservation sort = budget.execution("sort")) {
                        sort.tryGrow(2 * BATCH);
                    }
                    stores.dropDataset(new DatasetId(0));
                });
        read(stores, block, null, 2000);
        boolean inMemory = stores.memory().level(block) != null;
        require(budget.storageBytes() == (inMemory ? BATCH : 0), "storage is not what its blocks take");
        require(budget.executionBytes() == 0, "execution holds something after its end");
        stores.remove(block);
        require(stores.disk().blocks().isEmpty() && budget.freeBytes() == 2 * BATCH, "something is left");
        stores.close();
    }

    private static void task(Stores stores, BlockId block, long first, boolean succeeds) throws Exception {
        try (TaskBudget memory = stores.budget().task("a task", () -> false);
                TaskBlocks mine = new TaskBlocks(stores, null, memory)) {
            try (BlockWriter writer = mine.writer(block, StorageLevel.MEMORY_AND_DISK)) {
                writer.write(Sample.longs(first));
                writer.commit();
            }
            read(stores, block, mine, first, 2000);
            if (succeeds) {
                mine.publish();
            }
        }
    }

    private static void read(Stores stores, BlockId block, Object task, long... allowed) throws Exception {
        Optional<BatchSource> source = stores.visible().open(block, task);
        if (source.isPresent()) {
            try (BatchSource rows = source.get()) {
                ColumnBatch batch = rows.next();
                long found = ((Column.Longs) batch.columns().get(0)).values()[0];
                require(found == allowed[0] || found == allowed[allowed.length - 1], "rows of a task that failed");
                require(rows.next() == null, "more rows than were written");
            }
        }
    }

    /** A block is dropped while a task stores it that will fail, and another reads it. */
    private static void drop(Path folder) throws Exception {
        MemoryBudget budget = budget(2 * BATCH, 0);
        Stores stores = new Stores(budget, Processes.diskFolder(folder), new ArrowBatches());
        BlockId block = Sample.cached(0, 0);
        together(
                () -> {
                    try (TaskBudget memory = budget.task("a task", () -> false);
                            TaskBlocks mine = new TaskBlocks(stores, null, memory);
                            BlockWriter writer = mine.writer(block, StorageLevel.MEMORY_ONLY)) {
                        writer.write(Sample.longs(1000));
                        writer.commit();
                    }
                },
                () -> stores.remove(block),
                () -> require(stores.visible().open(block, null).isEmpty(), "rows of a task that failed"));
        require(budget.freeBytes() == 2 * BATCH && stores.memory().blocks().isEmpty(), "something is left");
        stores.close();
    }

    /** Values that do not fit into memory are replaced and removed while they are read. */
    private static void blobs(Path folder) throws Exception {
        MemoryBudget budget = budget(BATCH, 0);
        Stores stores = new Stores(budget, Processes.diskFolder(folder), new ArrowBatches());
        BlockId block = new BlockId.BroadcastChunk(new BroadcastId(0), 0);
        stores.blobs().put(block, new byte[3 * (int) BATCH]);
        together(
                () -> {
                    Optional<byte[]> value = stores.blobs().read(block);
                    require(value.isEmpty() || value.get().length == 3 * BATCH, "a value that nobody wrote");
                },
                () -> stores.blobs().remove(new BroadcastId(0)),
                () -> stores.blobs().put(block, new byte[3 * (int) BATCH]));
        try {
            stores.blobs().read(block);
        } catch (IOException lost) {
            throw new AssertionError("the value is there, and its file is not", lost);
        }
        stores.close();
        require(budget.freeBytes() == BATCH, "not all came back");
    }
}
