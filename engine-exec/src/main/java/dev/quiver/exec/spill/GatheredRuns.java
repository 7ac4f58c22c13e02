package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.exec.task.SpillFile;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Deals batches of one shape over runs where no kernel scatters their columns, lists and optionals among them: gathers the
 * rows of each run, and puts them behind those that the run had before. No row is made an object.
 */
final class GatheredRuns {
    private final SpillFile file;
    private final Supplier<BatchBuilder> builders;
    private final long bufferBytes;
    private final BatchBuilder[] runs = new BatchBuilder[SpilledKeys.RUNS];
    private long pendingBytes;

    /** @param builders make builders of the shape */
    GatheredRuns(SpillFile file, Supplier<BatchBuilder> builders, long bufferBytes) {
        this.file = file;
        this.builders = builders;
        this.bufferBytes = bufferBytes;
    }

    /** @param runOf the run of each row; borrowed */
    void accept(ColumnBatch batch, int[] runOf) throws IOException {
        int[] ends = new int[SpilledKeys.RUNS];
        for (int row = 0; row < batch.rows(); row++) {
            ends[runOf[row]]++;
        }
        for (int run = 1; run < ends.length; run++) {
            ends[run] += ends[run - 1];
        }
        long[] ids = new long[batch.rows()];
        int[] places = ends.clone();
        for (int row = batch.rows() - 1; row >= 0; row--) {
            ids[--places[runOf[row]]] = RowGather.id(0, row);
        }
        RowGather rows = RowGather.of(List.of(batch), 0, batch.columns().size());
        for (int run = 0; run < ends.length; run++) {
            int count = ends[run] - places[run];
            if (count > 0) {
                add(run, new ColumnBatch(batch.shape(), count, rows.take(ids, places[run], count)));
            }
        }
        if (pendingBytes >= bufferBytes) {
            flush();
        }
    }

    private void add(int run, ColumnBatch part) throws IOException {
        if (runs[run] == null) {
            runs[run] = builders.get();
        }
        long before = runs[run].sizeBytes();
        if (!runs[run].appendAll(part)) {
            // The builder knows the shape's classes no more than anybody here: the columns stay as they are.
            file.append(run, part);
            return;
        }
        pendingBytes += runs[run].sizeBytes() - before;
        if (runs[run].isFull()) {
            flush();
        }
    }

    void flush() throws IOException {
        for (int run = 0; run < runs.length; run++) {
            if (runs[run] != null && runs[run].rows() > 0) {
                file.append(run, runs[run].seal());
            }
        }
        pendingBytes = 0;
    }
}
