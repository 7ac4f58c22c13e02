package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.UsageException;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageSink;

/** Deals rows out to a builder per reduce partition, and hands all of them on when together they grow large. */
final class PartitionedRows {
    private final Partitioner partitioner;
    private final boolean dealsInTurn;
    private final boolean keyed;
    private final Shape shape;
    private final MapOutputWriter writer;
    private final TaskRun run;
    private final BatchBuilder[] builders;
    private long pendingBytes;
    private int turn;

    PartitionedRows(
            StageSink.WriteShuffle write, Shape shape, int inputPartition, MapOutputWriter writer, TaskRun run) {
        this.partitioner = write.partitioner();
        this.keyed = write.keyed();
        this.shape = shape;
        this.writer = writer;
        this.run = run;
        this.builders = new BatchBuilder[partitioner.partitionCount()];
        this.dealsInTurn = partitioner instanceof RoundRobin;
        this.turn = partitioner instanceof RoundRobin dealer ? dealer.start(inputPartition) : 0;
    }

    void add(Object row) throws Exception {
        int target = target(row);
        BatchBuilder builder = builders[target];
        if (builder == null) {
            builder = run.builder(shape);
            builders[target] = builder;
        }
        long before = builder.sizeBytes();
        builder.append(row);
        pendingBytes += builder.sizeBytes() - before;
        if (pendingBytes >= run.settings.flushBytes() || builder.isFull()) {
            flush();
        }
    }

    private int target(Object row) {
        if (dealsInTurn) {
            int target = turn;
            turn = target + 1 == builders.length ? 0 : target + 1;
            return target;
        }
        int target = partitioner.partition(keyed ? ((Pair<?, ?>) row).key() : row);
        if (target < 0 || target >= builders.length) {
            throw new UsageException("partitioner " + partitioner.getClass().getName() + " put a key into partition "
                    + target + ", but says that there are " + builders.length
                    + ". The task fails; mend partition() of that class.");
        }
        return target;
    }

    /** Hands all rows on. */
    void flush() throws Exception {
        for (int target = 0; target < builders.length; target++) {
            BatchBuilder builder = builders[target];
            if (builder != null && builder.rows() > 0) {
                writer.write(target, builder.seal());
            }
        }
        pendingBytes = 0;
    }
}
