package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.shape.Shape;

/**
 * The results of work that goes by key: of all pairs together when they fit into memory, else of one part after another.
 * Reads all rows at the first pull.
 */
final class PartsCursor implements Cursor {
    private static final int BUILT_ROWS = 4096;
    private static final long BUILT_BYTES = 1 << 20;

    private final Cursor source;
    private final PartWork work;
    private final String operator;
    private final TaskRun run;
    private KeyParts parts;
    private Cursor part;
    private boolean ended;

    /** @param operator as users know it */
    PartsCursor(Cursor source, PartWork work, String operator, TaskRun run) {
        this.source = source;
        this.work = work;
        this.operator = operator;
        this.run = run;
    }

    private void begin() throws Exception {
        if (parts == null) {
            parts = run.own(new KeyParts(run.services, operator, run::checkKilled, run.serializer, run.loader));
            part = work.of(source, true, parts);
        }
    }

    /** Makes {@link #part} one that may have rows; false when there is none. */
    private boolean advance() throws Exception {
        while (part == null && !ended) {
            run.checkKilled();
            BatchSource next = parts.next();
            ended = next == null;
            part = ended ? null : work.of(new BatchCursor(next, run), false, parts);
        }
        return !ended;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        run.step();
        begin();
        while (advance()) {
            int count = part.next(rows);
            if (count > 0) {
                return count;
            }
            part = null;
        }
        return 0;
    }

    /** Batches where all pairs together gave them, and where they were put aside: then those that did not are built. */
    @Override
    public BatchSource batches() throws Exception {
        if (!work.givesBatches()) {
            return null;
        }
        begin();
        BatchSource first = part == null ? null : part.batches();
        if (part != null && first == null) {
            return null;
        }
        return new BatchSource() {
            private BatchSource batches = first;

            @Override
            public ColumnBatch next() throws Exception {
                run.step();
                while (advance()) {
                    if (batches == null) {
                        batches = part.batches();
                    }
                    ColumnBatch batch = batches == null ? built() : batches.next();
                    if (batch != null) {
                        return batch;
                    }
                    batches = null;
                    part = null;
                }
                return null;
            }

            @Override
            public void close() {
                parts.close();
            }
        };
    }

    private ColumnBatch built() throws Exception {
        BatchBuilder builder = run.builder(Shape.UNKNOWN);
        Object[] rows = new Object[BATCH_ROWS / 4];
        while (builder.rows() < BUILT_ROWS && builder.sizeBytes() < BUILT_BYTES) {
            int count = part.next(rows);
            if (count == 0) {
                break;
            }
            for (int row = 0; row < count; row++) {
                builder.append(rows[row]);
            }
        }
        return builder.rows() == 0 ? null : builder.seal();
    }
}
