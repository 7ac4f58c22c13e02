package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.compile.TextKeyMerger;
import dev.quiver.exec.kernel.aggregate.ContentBeforeMerging;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.kernel.aggregate.MapSideGroups;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import dev.quiver.exec.kernel.partition.PartitionedColumns;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.OperatorMemory.Otherwise;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageSink;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the rows of one map task go, as batches or as objects, in any mixture. Batches are merged by key and dealt out by
 * kernels where there is one for their shape; what has none is dealt out row by row. Belongs to one task.
 */
final class ShuffleTarget implements BatchSink {
    private static final int ROWS_PER_BATCH = 4096;
    private static final long BATCH_BYTES = 1 << 20;

    /** Rows of more shapes than this are not worth a kernel each. */
    private static final int MOST_SHAPES = 4;

    private final StageSink.WriteShuffle write;
    private final int inputPartition;
    private final MapOutputWriter writer;
    private final TaskRun run;
    private final Map<Shape, BatchSink> sinks = new HashMap<>();
    private final BatchSink rowByRow = this::dealRowByRow;
    private final BatchBuilder builder;
    private final PartitionedRows rows;
    private boolean combines;
    private KeyMerge merge;
    private MapSideGroups combining;
    private boolean takesObjects = true;

    /**
     * @param shape of the rows that are sent, as far as it is known
     * @param run   gives bounds, and is asked whether the task was killed
     */
    ShuffleTarget(StageSink.WriteShuffle write, Shape shape, int inputPartition, MapOutputWriter writer, TaskRun run) {
        this.write = write;
        this.inputPartition = inputPartition;
        this.writer = writer;
        this.run = run;
        this.builder = run.builder(shape);
        this.rows = new PartitionedRows(write, shape, inputPartition, writer, run);
    }

    /** Merges values by key before they are dealt out, where there is a kernel for it and as long as it pays. */
    ShuffleTarget combining() {
        merge = Merging.kernel(write.mapSide(), true);
        combines = merge != null;
        return this;
    }

    /** Whether rows of a shape would be merged and dealt out by kernels alone. */
    static boolean hasKernels(StageSink.WriteShuffle write, Shape shape, ClassLoader loader) {
        return PartitionTargets.of(write.partitioner(), write.keyed(), shape, 0, loader)
                        .isPresent()
                && (write.mapSide() == null
                        || !write.mapSide().mapSideCombine()
                        || Merging.kernel(write.mapSide(), true) != null && Groups.knows(shape, loader));
    }

    /** What merges pairs of a shape one by one as they come, or null; to be asked again every some thousand rows. */
    TextKeyMerger oneByOne(Shape shape) throws Exception {
        startCombining(shape);
        return combining == null ? null : combining.oneByOne(shape);
    }

    private void startCombining(Shape shape) {
        if (combines) {
            combines = false;
            BatchSink others = merge.create() == null ? this::partition : this::makeStates;
            boolean mustMerge = merge.create() != null;
            combining = Groups.of(shape, merge, run.serializer, run.loader)
                    .map(groups -> new MapSideGroups(
                            groups,
                            run.settings.combineGroups(),
                            this::partition,
                            others,
                            mustMerge,
                            new HeldMemory(ShuffleSink.memory(write, run), Otherwise.HANDS_ON),
                            content(shape)))
                    .orElse(null);
        }
    }

    private ContentBeforeMerging content(Shape shape) {
        return PartitionTargets.of(write.partitioner(), write.keyed(), shape, inputPartition, run.loader)
                .filter(targets -> writer.countsRows())
                .map(targets -> new ContentBeforeMerging(
                        new RowChecksums(run.serializer, run.loader), targets, writer::correctContent))
                .orElseGet(ContentBeforeMerging::ignored);
    }

    @Override
    public void accept(ColumnBatch batch) throws Exception {
        run.checkKilled();
        startCombining(batch.shape());
        if (combining != null) {
            combining.accept(batch);
        } else if (merge != null && merge.create() != null) {
            makeStates(batch);
        } else {
            partition(batch);
        }
    }

    /** Sends rows that no kernel merges as a state each, for states are what the reduce side merges. */
    private void makeStates(ColumnBatch batch) throws Exception {
        RowReader reader = new RowReader(batch, run.serializer, run.loader);
        for (int row = 0; row < batch.rows(); row++) {
            Pair<?, ?> pair = (Pair<?, ?>) reader.row(row);
            rows.add(new Pair<>(pair.key(), merge.first(pair.value())));
        }
    }

    /** Takes objects. After a while they go into batches only if there is a kernel for these. */
    void add(Object[] objects, int count) throws Exception {
        for (int row = 0; row < count; row++) {
            if (takesObjects) {
                builder.append(objects[row]);
                if (builder.rows() >= ROWS_PER_BATCH || builder.sizeBytes() >= BATCH_BYTES) {
                    sendBuilt();
                }
            } else {
                rows.add(objects[row]);
            }
        }
    }

    private void sendBuilt() throws Exception {
        ColumnBatch batch = builder.seal();
        accept(batch);
        takesObjects = combining != null
                || merge != null && merge.create() != null
                || sinks.get(batch.shape()) instanceof PartitionedColumns;
    }

    private void partition(ColumnBatch batch) throws Exception {
        BatchSink sink = sinks.get(batch.shape());
        if (sink == null) {
            sink = sinks.size() < MOST_SHAPES ? sinkFor(batch) : rowByRow;
            if (sinks.size() < MOST_SHAPES) {
                sinks.put(batch.shape(), sink);
            }
        }
        sink.accept(batch);
    }

    private BatchSink sinkFor(ColumnBatch batch) {
        int partitionCount = write.partitioner().partitionCount();
        Optional<PartitionedColumns> columns = PartitionTargets.of(
                        write.partitioner(), write.keyed(), batch.shape(), inputPartition, run.loader)
                .flatMap(targets ->
                        PartitionedColumns.like(batch, partitionCount, targets, writer, run.settings.flushBytes()));
        return columns.isPresent() ? columns.get() : rowByRow;
    }

    /** Sends everything on to the writer, which the caller commits. */
    void finish() throws Exception {
        if (builder.rows() > 0) {
            sendBuilt();
        }
        if (combining != null) {
            combining.finish();
        }
        for (BatchSink sink : sinks.values()) {
            if (sink instanceof PartitionedColumns columns) {
                columns.flush();
            }
        }
        rows.flush();
    }

    /** As the interpreter does. */
    private void dealRowByRow(ColumnBatch batch) throws Exception {
        RowReader reader = new RowReader(batch, run.serializer, run.loader);
        for (int row = 0; row < batch.rows(); row++) {
            rows.add(reader.row(row));
        }
    }
}
