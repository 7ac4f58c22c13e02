package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.exec.task.CheckpointWriter;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.id.BlockId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** The executor around one task, in memory. */
public final class FakeServices implements TaskServices {
    /** What tasks share: map outputs by shuffle and reduce partition, and blocks. */
    public static final class Cluster {
        final Map<ShuffleId, Map<Integer, List<ColumnBatch>>> shuffles = new ConcurrentHashMap<>();
        final Map<BlockId, List<ColumnBatch>> blocks = new ConcurrentHashMap<>();
        /** The map output that a batch is part of. */
        final Map<ColumnBatch, Integer> writers = new IdentityHashMap<>();

        /** Sources, writers, memory and spill files that nobody closed. */
        public int open;

        /** Counts the rows of map outputs; or null when they are not counted. */
        RowChecksums checksums;
    }

    final Cluster cluster;
    final TaskAttempt attempt;
    final TaskCounters counters = new TaskCounters();
    BooleanSupplier killed = () -> false;
    boolean grants = true;
    /** Most bytes that each operator of the task may hold. */
    public long memoryBytes = Long.MAX_VALUE;

    /** Most bytes that a result may take. */
    long resultBytes = Long.MAX_VALUE;

    /** Heap beside the memory. */
    long besideBytes;

    /** What others of the executor do between two batches of the task. */
    Stages.Others others = services -> {};

    /** Asked before rows are spilled: whether the disk is full. */
    BooleanSupplier diskFull = () -> false;

    final List<FakeMemory> memories = new ArrayList<>();
    int spillFiles;

    int writes;

    /** A block of more batches is refused. */
    int mostBatchesOfABlock = Integer.MAX_VALUE;

    int blockWrites;

    public FakeServices(Cluster cluster, int partition, int attempt) {
        this.cluster = cluster;
        this.attempt = new TaskAttempt(new StageAttempt(new StageId(0), 0), partition, attempt);
    }

    @Override
    public TaskAttempt attempt() {
        return attempt;
    }

    @Override
    public boolean isKilled() {
        return killed.getAsBoolean();
    }

    @Override
    public BatchSource readShuffle(ShuffleId shuffle, int mapCount, int reducePartition, MapRange maps) {
        List<ColumnBatch> all =
                cluster.shuffles.getOrDefault(shuffle, Map.of()).getOrDefault(reducePartition, List.of());
        return opened(all.stream().filter(batch -> reads(maps, batch)).toList());
    }

    private boolean reads(MapRange maps, ColumnBatch batch) {
        int map = cluster.writers.getOrDefault(batch, 0);
        return map >= maps.from() && map < maps.end();
    }

    private BatchSource opened(List<ColumnBatch> batches) {
        BatchSource source = BatchSource.of(batches);
        cluster.open++;
        return new BatchSource() {
            private boolean closed;

            @Override
            public ColumnBatch next() throws Exception {
                return source.next();
            }

            @Override
            public void close() {
                cluster.open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }

    @Override
    public MapOutputWriter writeShuffle(ShuffleId shuffle, int reduceCount) {
        cluster.open++;
        return new MapOutputWriter() {
            private final Map<Integer, List<ColumnBatch>> written = new TreeMap<>();
            private boolean closed;
            private long rows;
            private long content;

            @Override
            public boolean countsRows() {
                return cluster.checksums != null;
            }

            @Override
            public void correctContent(long difference) {
                content += difference;
            }

            @Override
            public void write(int reducePartition, ColumnBatch batch) {
                writes++;
                content += countsRows() ? cluster.checksums.sum(reducePartition, batch) : 0;
                rows += batch.rows();
                cluster.writers.put(batch, attempt.partition());
                written.computeIfAbsent(reducePartition, key -> new ArrayList<>())
                        .add(batch);
            }

            @Override
            public MapOutput commit() {
                Map<Integer, List<ColumnBatch>> target =
                        cluster.shuffles.computeIfAbsent(shuffle, key -> new TreeMap<>());
                written.forEach((partition, batches) -> target.computeIfAbsent(partition, key -> new ArrayList<>())
                        .addAll(batches));
                return new MapOutput(
                        shuffle, attempt.partition(), 0, attempt.attempt(), rows, content, new byte[reduceCount]);
            }

            @Override
            public void close() {
                cluster.open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }

    @Override
    public Optional<BatchSource> readBlock(BlockId block) {
        return Optional.ofNullable(cluster.blocks.get(block)).map(this::opened);
    }

    @Override
    public BlockWriter writeBlock(BlockId block, StorageLevel level) {
        cluster.open++;
        return new BlockWriter() {
            private final List<ColumnBatch> written = new ArrayList<>();
            private boolean closed;

            @Override
            public void write(ColumnBatch batch) {
                blockWrites++;
                written.add(batch);
            }

            @Override
            public boolean isRefused() {
                return written.size() > mostBatchesOfABlock;
            }

            @Override
            public boolean commit() {
                cluster.blocks.put(block, written);
                return true;
            }

            @Override
            public void close() {
                cluster.open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }

    @Override
    public boolean requestCommit() {
        return grants;
    }

    @Override
    public OperatorMemory memory(String operator) {
        cluster.open++;
        long bytes = operator.equals("collect") ? resultBytes : memoryBytes;
        FakeMemory memory = new FakeMemory(operator, bytes, () -> cluster.open--);
        memory.beside = besideBytes;
        memories.add(memory);
        return memory;
    }

    @Override
    public SpillFile spill(String operator) {
        cluster.open++;
        spillFiles++;
        return new FakeSpill(counters, () -> diskFull.getAsBoolean(), () -> cluster.open--);
    }

    @Override
    public BatchSource readCheckpoint(String folder, List<CheckpointFile> files) {
        throw new UnsupportedOperationException("there are no files here");
    }

    @Override
    public CheckpointWriter writeCheckpoint(String folder) {
        throw new UnsupportedOperationException("there are no files here");
    }

    @Override
    public void giveWay() {
        try {
            others.ask(this);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public TaskCounters counters() {
        return counters;
    }
}
