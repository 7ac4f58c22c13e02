package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Pressure;
import dev.quiver.block.memory.Reservation;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * One executor's memory and blocks under one interleaving: tasks that reserve, spill, cache and read blocks, and the
 * driver's requests, which take turns as a seed says. What must hold is checked between turns by {@link MemoryOracle}, and
 * where a block is read, evicted or dropped here.
 */
final class TasksAtOnce {
    static final long BATCH = Sample.BATCH_BYTES;
    static final long TOTAL = 16 * BATCH;
    static final double STORAGE_FRACTION = 0.25;

    private static final int THREADS = 4;
    private static final int TASKS_EACH = 2;
    private static final int STEPS = 8;
    private static final int DATASETS = 4;
    private static final long ROWS_EACH = 1000;
    private static final StorageLevel[] LEVELS = {
        StorageLevel.MEMORY_AND_DISK, StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY
    };

    private final long seed;
    private final Path folder;
    private final Turns turns;
    private final MemoryBudget budget =
            new MemoryBudget(TOTAL, STORAGE_FRACTION, MemoryBudget.FOR_EVER, Clock.system());
    private final MemoryOracle oracle;
    private final WatchedStores stores;
    private final Fetcher fetcher;
    private final AtomicLong numbers = new AtomicLong();

    /** What is written, by the number that its rows begin with. */
    private final Map<Long, Written> written = new ConcurrentHashMap<>();

    /** When a block was last dropped. */
    private final Map<BlockId, Long> dropped = new ConcurrentHashMap<>();

    /** What the driver knows. */
    private final Map<BlockId, BlockUpdate> told = new LinkedHashMap<>();

    private final ThreadLocal<DatasetId> writing = new ThreadLocal<>();
    private final ThreadLocal<Boolean> forExecution = ThreadLocal.withInitial(() -> false);
    private final AtomicLong evicted = new AtomicLong();
    private final AtomicLong readWhole = new AtomicLong();

    /** How often a run came to what it is for. */
    record Seen(long evicted, long readWhole, long waited) {
        Seen plus(Seen other) {
            return new Seen(evicted + other.evicted, readWhole + other.readWhole, waited + other.waited);
        }
    }

    /** A block as one task wrote it. */
    private record Written(long number, TaskRun task, BlockId block, int batches) {
        long first() {
            return number * ROWS_EACH;
        }
    }

    /** Stores that can be interrupted while they evict. */
    private final class WatchedStores extends Stores {
        WatchedStores() {
            super(budget, Processes.diskFolder(folder), new ArrowBatches());
        }

        @Override
        public boolean beforeEviction(MemoryStore.Entry entry) {
            turns.pause();
            boolean mayGo = super.beforeEviction(entry);
            turns.pause();
            return mayGo;
        }

        @Override
        public void afterEviction(MemoryStore.Entry entry) {
            evicted.incrementAndGet();
            synchronized (memory()) {
                assertThat(entry.pins)
                        .as("readers of %s, which was evicted", entry.block)
                        .isZero();
            }
            if (entry.block instanceof BlockId.CachedPartition cached) {
                assertThat(cached.dataset()).as("evicted for itself").isNotEqualTo(writing.get());
            }
            if (forExecution.get()) {
                assertThat(budget.storageBytes() + entry.sizeBytes)
                        .as("storage when a block was evicted for execution")
                        .isGreaterThan((long) (TOTAL * STORAGE_FRACTION));
            }
            super.afterEviction(entry);
        }
    }

    TasksAtOnce(long seed, Path folder) {
        this.seed = seed;
        this.folder = folder;
        this.oracle = new MemoryOracle(budget);
        this.turns = new Turns(new Random(seed), oracle::check);
        this.oracle.in(turns);
        this.stores = new WatchedStores();
        this.fetcher = new Fetcher(
                Processes.executor(0),
                Processes.settings(),
                stores,
                new ArrowBatches(),
                block -> List.of(),
                (from, block) -> {
                    throw new IOException("nobody else is there");
                },
                pause -> {});
        budget.evictWith(this::evictForExecution);
    }

    private long evictForExecution(long bytes) {
        oracle.evicting(true);
        turns.pause();
        forExecution.set(true);
        try {
            return stores.memory().evictor(MemoryMode.HEAP).evict(bytes);
        } finally {
            forExecution.remove();
            turns.pause();
            oracle.evicting(false);
        }
    }

    /** To be called once. */
    Seen run(ExecutorService threads) throws Throwable {
        try {
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(seed * 31 + thread);
                turns.add(threads, "tasks " + thread, () -> runTasks(random));
            }
            turns.add(threads, "driver", () -> drive(new Random(seed * 31 + THREADS)));
            turns.run();
            checkEnd();
        } finally {
            stores.close();
        }
        assertThat(folder).doesNotExist();
        return new Seen(evicted.get(), readWhole.get(), oracle.waited());
    }

    // A task.

    private void runTasks(Random random) throws Exception {
        for (int count = 0; count < TASKS_EACH; count++) {
            TaskRun task = oracle.begin("task " + numbers.incrementAndGet());
            try (TaskBlocks blocks = new TaskBlocks(stores, fetcher, null)) {
                Reservation sort = task.memory.open("sortByKey");
                Reservation join = task.memory.open("join");
                for (int step = 0; step < STEPS; step++) {
                    turns.pause();
                    step(task, blocks, random.nextBoolean() ? sort : join, random);
                }
                turns.pause();
                if (!task.cancelled && random.nextInt(4) > 0) {
                    task.succeeded = true;
                    blocks.publish();
                }
                turns.pause();
            }
            turns.pause();
            oracle.end(task);
        }
    }

    private void step(TaskRun task, TaskBlocks blocks, Reservation operator, Random random) throws Exception {
        int choice = random.nextInt(100);
        if (choice < 35) {
            oracle.grow(task, operator, 1 + random.nextInt((int) (random.nextInt(8) == 0 ? TOTAL : 4 * BATCH)));
        } else if (choice < 42) {
            oracle.shrink(task, operator, operator.bytes() / 2);
        } else if (choice < 49) {
            oracle.shrink(task, operator, operator.bytes());
        } else if (choice < 70) {
            BlockId block = anyBlock(random);
            read(task, block, blocks.read(block), random);
        } else if (choice < 94) {
            write(task, blocks, random);
        } else {
            holdForAll(random);
        }
    }

    /** Memory of the executor's own work. */
    private void holdForAll(Random random) {
        try (Reservation held = budget.execution("map outputs")) {
            long bytes = 1 + random.nextInt((int) (3 * BATCH));
            boolean granted = held.tryGrow(bytes);
            oracle.heldForAll(granted ? bytes : 0);
            turns.pause();
            oracle.heldForAll(granted ? -bytes : 0);
        }
    }

    private void write(TaskRun task, TaskBlocks blocks, Random random) throws Exception {
        BlockId.CachedPartition block = anyBlock(random);
        Written mine = new Written(numbers.incrementAndGet(), task, block, 1 + random.nextInt(3));
        written.put(mine.number, mine);
        try (BlockWriter writer = blocks.writer(block, LEVELS[block.dataset().value()])) {
            for (int batch = 0; batch < mine.batches; batch++) {
                turns.pause();
                writing.set(block.dataset());
                try {
                    writer.write(Sample.longs(mine.first() + (long) batch * Sample.ROWS));
                } finally {
                    writing.remove();
                }
            }
            turns.pause();
            if (random.nextInt(10) > 0) {
                writer.commit();
            }
            turns.pause();
        }
    }

    /** Rows are those that one task wrote, which is this one or has succeeded, since the block was last dropped. */
    private void read(TaskRun task, BlockId block, Optional<BatchSource> source, Random random) throws Exception {
        if (source.isEmpty()) {
            return;
        }
        long lastDropped = dropped.getOrDefault(block, 0L);
        try (BatchSource rows = source.get()) {
            Written found = null;
            int batches = 0;
            for (ColumnBatch batch = rows.next(); batch != null; batch = rows.next()) {
                long[] values = longsOf(batch);
                found = found == null ? written.get(values[0] / ROWS_EACH) : found;
                assertThat(found).as("who wrote %s", block).isNotNull();
                long[] expected = longsOf(Sample.longs(found.first() + (long) batches * Sample.ROWS));
                assertThat(Arrays.equals(values, 0, batch.rows(), expected, 0, Sample.ROWS))
                        .as("batch %d of %s is as it was written", batches, block)
                        .isTrue();
                batches++;
                turns.pause();
                if (random.nextInt(12) == 0) {
                    return;
                }
            }
            assertThat(found).as("who wrote %s", block).isNotNull();
            assertThat(batches).as("batches of %s", block).isEqualTo(found.batches);
            assertThat(found.block).isEqualTo(block);
            assertThat(found.task == task || found.task.succeeded)
                    .as("%s, which %s reads, is of a task that succeeded", block, task)
                    .isTrue();
            assertThat(found.number).as("written after %s was dropped", block).isGreaterThan(lastDropped);
            readWhole.incrementAndGet();
        }
    }

    private static long[] longsOf(ColumnBatch batch) {
        return ((Column.Longs) batch.columns().get(0)).values();
    }

    private static BlockId.CachedPartition anyBlock(Random random) {
        return Sample.cached(random.nextInt(DATASETS), random.nextInt(3));
    }

    // The driver.

    private void drive(Random random) throws Exception {
        for (int step = 0; step < 3 * STEPS; step++) {
            turns.pause();
            drive(random.nextInt(100), random);
        }
        turns.pause();
        oracle.press(Pressure.NONE);
    }

    private void drive(int choice, Random random) throws Exception {
        BlockId.CachedPartition block = anyBlock(random);
        BlockId blob = new BlockId.BroadcastChunk(new BroadcastId(random.nextInt(2)), 0);
        if (choice < 10) {
            long now = numbers.incrementAndGet();
            stores.dropDataset(block.dataset());
            for (int partition = 0; partition < 3; partition++) {
                dropped.put(Sample.cached(block.dataset().value(), partition), now);
            }
        } else if (choice < 20) {
            long now = numbers.incrementAndGet();
            stores.remove(block);
            dropped.put(block, now);
        } else if (choice < 30) {
            oracle.press(Pressure.values()[random.nextInt(Pressure.values().length)]);
        } else if (choice < 40) {
            budget.evictToSoftLine();
        } else if (choice < 45) {
            oracle.cancelOne(random);
        } else if (choice < 60) {
            stores.drainUpdates().forEach(update -> told.put(update.block(), update));
        } else if (choice < 80) {
            read(null, block, stores.visible().open(block, null), random);
        } else if (choice < 88) {
            byte[] value = new byte[(int) BATCH];
            Arrays.fill(value, (byte) random.nextInt());
            stores.blobs().put(blob, value);
        } else if (choice < 94) {
            stores.blobs().remove(blob);
        } else {
            stores.blobs()
                    .read(blob)
                    .ifPresent(bytes -> assertThat(bytes).hasSize((int) BATCH).containsOnly(bytes[0]));
        }
    }

    // The end.

    private void checkEnd() throws Exception {
        for (int value = 0; value < 2; value++) {
            stores.blobs().remove(new BroadcastId(value));
        }
        assertThat(budget.executionBytes()).as("held by tasks that are over").isZero();
        long resident = 0;
        for (BlockId block : stores.memory().blocks()) {
            MemoryStore.Entry entry = stores.memory().pin(block);
            assertThat(entry.pins).as("readers of %s, and this one", block).isEqualTo(1);
            assertThat(entry.evicting)
                    .as("%s is being evicted by nobody", block)
                    .isFalse();
            stores.memory().unpin(entry);
            resident += entry.sizeBytes;
        }
        assertThat(budget.storageBytes()).as("storage, by the blocks in it").isEqualTo(resident);
        stores.drainUpdates().forEach(update -> told.put(update.block(), update));
        Random whole = new Random() {
            private static final long serialVersionUID = 1;

            @Override
            public int nextInt(int bound) {
                return 1;
            }
        };
        for (int dataset = 0; dataset < DATASETS; dataset++) {
            for (int partition = 0; partition < 3; partition++) {
                BlockId block = Sample.cached(dataset, partition);
                boolean here =
                        stores.memory().level(block) != null || stores.disk().level(block) != null;
                assertThat(told.containsKey(block) && !told.get(block).isGone())
                        .as("the driver thinks that %s is here", block)
                        .isEqualTo(here);
                read(null, block, stores.visible().open(block, null), whole);
            }
            stores.dropDataset(new DatasetId(dataset));
        }
        assertThat(budget.freeBytes()).isEqualTo(TOTAL);
        assertThat(budget.ledger()).isEmpty();
        assertThat(stores.disk().blocks()).isEmpty();
        assertThat(stores.visible().corruptBlocks()).isZero();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                assertThat(files.filter(Files::isRegularFile))
                        .as("files of no block")
                        .isEmpty();
            }
        }
    }
}
