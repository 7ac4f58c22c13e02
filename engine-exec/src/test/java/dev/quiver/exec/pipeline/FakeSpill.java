package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A spill file in memory. */
final class FakeSpill implements SpillFile {
    private final Map<Integer, List<ColumnBatch>> runs = new TreeMap<>();
    private final TaskCounters counters;
    private final BooleanSupplier full;
    private final Runnable onClose;
    private boolean closed;

    /** @param full asked before rows are appended */
    FakeSpill(TaskCounters counters, BooleanSupplier full, Runnable onClose) {
        this.counters = counters;
        this.full = full;
        this.onClose = onClose;
    }

    @Override
    public void append(int run, ColumnBatch batch) throws IOException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (full.getAsBoolean()) {
            throw new IOException("no room on the disk");
        }
        counters.spilled(batch.sizeBytes());
        runs.computeIfAbsent(run, number -> new ArrayList<>()).add(batch);
    }

    @Override
    public BatchSource read(int run) {
        BatchSource source = BatchSource.of(new ArrayList<>(runs.getOrDefault(run, List.of())));
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                if (closed) {
                    throw new IllegalStateException("closed");
                }
                return source.next();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long rows(int run) {
        return runs.getOrDefault(run, List.of()).stream()
                .mapToLong(ColumnBatch::rows)
                .sum();
    }

    @Override
    public long bytes(int run) {
        return runs.getOrDefault(run, List.of()).stream()
                .mapToLong(ColumnBatch::sizeBytes)
                .sum();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            runs.clear();
            onClose.run();
        }
    }
}
