package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;

/** Drives through the operators only those rows that the sink looks at, for sources that can leave rows out. */
final class SampledRows {
    private static final int MOST_LEFT_OUT = 1 << 30;

    private final RowSampler sampler;
    private final RowSteps steps;
    private final TaskRun run;
    private final Object[] row = new Object[1];

    SampledRows(RowSampler sampler, RowSteps steps, TaskRun run) {
        this.sampler = sampler;
        this.steps = steps;
        this.run = run;
    }

    void drain(RangeCursor range) throws Exception {
        while (range.hasNext()) {
            long wanted = sampler.rowsToPass();
            if (wanted > 0) {
                sampler.pass(range.skip((int) Math.min(wanted, MOST_LEFT_OUT)));
            } else {
                steps.push(row, range.next(row));
            }
            run.checkKilled();
        }
    }

    void drain(BatchSource source) throws Exception {
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            RowReader reader = null;
            int at = 0;
            while (at < batch.rows()) {
                int passed = (int) Math.min(sampler.rowsToPass(), batch.rows() - at);
                if (passed > 0) {
                    sampler.pass(passed);
                    at += passed;
                } else {
                    reader = reader == null ? new RowReader(batch, run.serializer, run.loader) : reader;
                    row[0] = reader.row(at++);
                    steps.push(row, 1);
                }
            }
            run.checkKilled();
        }
    }
}
