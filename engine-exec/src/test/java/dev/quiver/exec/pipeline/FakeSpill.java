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

/** A spill file in memory. */
public class FakeSpill implements SpillFile {
    private final Map<Integer, List<ColumnBatch>> runs = new TreeMap<>();
    private final TaskCounters counters;
    private final Runnable onClose;
    private boolean closed;

    public FakeSpill(TaskCounters counters, Runnable onClose) {
        this.counters = counters;
        this.onClose = onClose;
    }

    @Override
    public void append(int run, ColumnBatch batch) throws IOException {
        counters.spilled(batch.sizeBytes());
        runs.computeIfAbsent(run, number -> new ArrayList<>()).add(batch);
    }

    @Override
    public BatchSource read(int run) {
        return BatchSource.of(new ArrayList<>(runs.getOrDefault(run, List.of())));
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
