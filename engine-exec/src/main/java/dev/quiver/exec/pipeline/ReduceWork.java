package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.kernel.aggregate.MergedBatches;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.lineage.Aggregation;

/**
 * Merges the values of each key of a part by a kernel; or by the interpreter, which goes on with what the kernel holds when
 * a batch comes that it cannot take.
 */
final class ReduceWork implements PartWork {
    private final Aggregation aggregation;
    private final boolean ofStates;
    private final TaskRun run;

    /** @param ofStates whether the rows of the first part were merged before; those put aside always were */
    ReduceWork(Aggregation aggregation, boolean ofStates, TaskRun run) {
        this.aggregation = aggregation;
        this.ofStates = ofStates;
        this.run = run;
    }

    @Override
    public boolean givesBatches() {
        return true;
    }

    @Override
    public Cursor of(Cursor rows, boolean first, KeyParts parts) throws Exception {
        Merging merging = first && !ofStates ? Merging.ofValues(aggregation) : Merging.ofStates(aggregation);
        BatchSource batches = merging.ofStates() ? rows.batches() : null;
        if (batches == null) {
            return merged(rows, () -> 0, merging, parts);
        }
        KeyMerge merge = Merging.stateKernel(aggregation);
        MergedBatches kernel = new MergedBatches(
                batches,
                shape -> Groups.of(shape, merge, run.serializer, run.loader).orElse(null),
                parts);
        return switch (kernel.mergeAll()) {
            case ALL -> new BatchCursor(parts.result(kernel), run);
            case SOME -> merged(new BatchCursor(kernel, run), kernel::bytes, merging, parts);
            case ASIDE -> null;
        };
    }

    private Cursor merged(Cursor rows, AggregateCursor.Held held, Merging merging, KeyParts parts) throws Exception {
        AggregateCursor merged = new AggregateCursor(rows, held, merging, parts, run);
        return merged.mergeAll() ? new SpillableRows(merged, parts.memory(), parts::file, run) : null;
    }
}
