package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.task.SpillFile;
import java.util.function.Supplier;

/**
 * A result of objects that is given out of memory, and that goes to disk in the middle of it when another operator of the
 * task needs the memory: the reader sees no difference. Belongs to one task.
 */
final class SpillableRows implements Cursor {
    private static final int ONLY_RUN = 0;

    private final HeldMemory memory;
    private final Supplier<SpillFile> files;
    private final TaskRun run;
    private Cursor rows;
    private SpillFile file;
    private boolean ended;

    /**
     * @param inMemory pulls nothing
     * @param memory   holds the rows; gives back when it is asked to
     * @param files    makes one for what is left
     */
    SpillableRows(Cursor inMemory, HeldMemory memory, Supplier<SpillFile> files, TaskRun run) {
        this.rows = inMemory;
        this.memory = memory;
        this.files = files;
        this.run = run;
        memory.spillWith(this::giveBack);
    }

    @Override
    public int next(Object[] into) throws Exception {
        int count = ended ? 0 : rows.next(into);
        if (count == 0 && !ended) {
            ended = true;
            if (file != null) {
                file.close();
            }
        }
        return count;
    }

    private long giveBack() throws Exception {
        memory.spillWith(null);
        if (ended) {
            return 0;
        }
        long before = memory.bytes();
        file = files.get();
        RowBatches left = new RowBatches(rows, run);
        for (ColumnBatch batch = left.next(); batch != null; batch = left.next()) {
            file.append(ONLY_RUN, OpaqueParts.withoutReasons(batch));
        }
        rows = new BatchCursor(file.read(ONLY_RUN), run);
        memory.hold(0);
        return before - memory.bytes();
    }
}
