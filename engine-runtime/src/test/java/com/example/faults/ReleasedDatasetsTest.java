package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A hundred cached datasets and ten broadcast values, released in every way there is. */
class ReleasedDatasetsTest extends FaultTest {
    private static final String MASTER = "local-cluster[2,1,256]";
    private static final int EXECUTORS = 2;
    private static final int DATASETS = 100;
    private static final int PARTITIONS = 4;
    private static final int ROWS = 60_000;
    private static final long DATASET_BYTES = ROWS * 8L;
    private static final int BROADCASTS = 10;
    private static final int BROADCAST_BYTES = 1 << 20;

    /** What a heap may be larger by when nothing is left: code that was loaded and compiled meanwhile. */
    private static final long MARGIN = 4L << 20;

    private static final List<StorageLevel> LEVELS = List.of(
            StorageLevel.MEMORY_ONLY,
            StorageLevel.MEMORY_AND_DISK,
            StorageLevel.DISK_ONLY,
            StorageLevel.MEMORY_ONLY_2,
            StorageLevel.MEMORY_AND_DISK_2);

    /** What a task saw of its executor's heap after a collection. */
    private record Heap(long process, long usedBytes) implements Serializable {}

    private record Kept(List<Dataset<Long>> datasets, List<Broadcast<byte[]>> values) {}

    @Test
    void memoryFilesAndEntriesAreBackAtTheirBaselineAfterAHundredDatasets() throws Exception {
        long driverBefore;
        try (Session session = session(MASTER).create()) {
            release(cache(session, LEVELS.size(), 1));
            Eventually.until("the first are gone", () -> isGone(session, 0));
            driverBefore = heapInUse();
            Map<Long, Long> executorsBefore = executorHeaps(session);
            long files = filesOfBlocks();
            assertThat(files).isZero();

            Kept kept = cache(session, DATASETS, BROADCASTS);
            assertThat(session.storage()).hasSize(DATASETS).allMatch(stored -> stored.stored() == PARTITIONS);
            assertThat(filesOfBlocks()).isPositive();
            executorHeaps(session)
                    .forEach((process, bytes) -> assertThat(bytes - executorsBefore.get(process))
                            .as("held by executor process %d", process)
                            .isGreaterThan(DATASETS * DATASET_BYTES / 4));

            int third = DATASETS / 3;
            for (int index = 0; index < third; index++) {
                kept.datasets.get(index).unpersist();
            }
            kept.values.subList(0, BROADCASTS / 3).forEach(Broadcast::destroy);
            assertThat(session.storage()).as("after unpersist").hasSize(DATASETS - third);

            // The next third is forgotten: nothing refers to it any more.
            kept = new Kept(
                    new ArrayList<>(kept.datasets.subList(2 * third, DATASETS)),
                    new ArrayList<>(kept.values.subList(2 * (BROADCASTS / 3), BROADCASTS)));
            int left = kept.datasets.size();
            Eventually.until("datasets that nothing refers to are dropped", () -> {
                System.gc();
                return session.storage().size() == left;
            });

            release(kept);
            Eventually.until("nothing is kept", () -> isGone(session, files));
            Eventually.until(
                    "the heaps of executors are back",
                    () -> executorHeaps(session).entrySet().stream()
                            .allMatch(heap -> heap.getValue() - executorsBefore.get(heap.getKey()) < MARGIN));
            Eventually.until("the heap of the driver is back", () -> heapInUse() - driverBefore < MARGIN);
        }
    }

    @Test
    void closingTheSessionReleasesWhatNobodyUnpersisted() throws Exception {
        closedWithDatasets(5);
        long before = heapInUse();
        closedWithDatasets(DATASETS / 3);
        assertThat(Processes.contents(local)).isEmpty();
        assertThat(Processes.executors()).isEmpty();
        Eventually.until("the heap of the driver is back", () -> heapInUse() - before < MARGIN);
    }

    private void closedWithDatasets(int count) {
        try (Session session = session(MASTER).create()) {
            Kept kept = cache(session, count, BROADCASTS);
            assertThat(session.storage()).hasSize(count);
            assertThat(kept.values).hasSize(BROADCASTS);
        }
    }

    /** Each dataset read once, and each value used by all of four tasks. */
    private static Kept cache(Session session, int count, int broadcasts) {
        List<Dataset<Long>> datasets = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            long factor = index;
            Dataset<Long> cached = session.range(0, ROWS, 1, PARTITIONS)
                    .map(row -> row * factor)
                    .persist(LEVELS.get(index % LEVELS.size()));
            assertThat(cached.reduce(Long::sum)).isEqualTo(factor * ROWS * (ROWS - 1L) / 2);
            datasets.add(cached);
        }
        List<Broadcast<byte[]>> values = new ArrayList<>();
        for (int index = 0; index < broadcasts; index++) {
            byte[] bytes = new byte[BROADCAST_BYTES];
            bytes[index] = 7;
            Broadcast<byte[]> value = session.broadcast(bytes);
            int at = index;
            assertThat(session.range(0, PARTITIONS, 1, PARTITIONS)
                            .map(task -> (long) value.value()[at])
                            .reduce(Long::sum))
                    .isEqualTo(7L * PARTITIONS);
            values.add(value);
        }
        return new Kept(datasets, values);
    }

    private static void release(Kept kept) {
        kept.datasets.forEach(Dataset::unpersist);
        kept.values.forEach(Broadcast::destroy);
    }

    /** Neither the driver nor a folder knows of any block. */
    private boolean isGone(Session session, long files) throws IOException {
        return session.storage().isEmpty() && filesOfBlocks() == files;
    }

    /** Files of blocks and chunks of all processes. */
    private long filesOfBlocks() throws IOException {
        for (int attempt = 0; ; attempt++) {
            try (Stream<Path> all = Files.walk(local)) {
                return all.filter(Files::isRegularFile)
                        .filter(file -> file.getParent().toString().contains("blocks"))
                        .count();
            } catch (java.io.UncheckedIOException | NoSuchFileException changedMeanwhile) {
                if (attempt == 100) {
                    throw changedMeanwhile;
                }
            }
        }
    }

    /** By process; of every executor. */
    private static Map<Long, Long> executorHeaps(Session session) throws Exception {
        Map<Long, Long> heaps = new TreeMap<>();
        Eventually.until("every executor was asked", () -> {
            session.range(0, 2 * EXECUTORS, 1, 2 * EXECUTORS)
                    .map(task -> new Heap(ProcessHandle.current().pid(), heapInUse()))
                    .collect()
                    .forEach(heap -> heaps.put(heap.process, heap.usedBytes));
            return heaps.size() == EXECUTORS;
        });
        return heaps;
    }

    private static long heapInUse() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
