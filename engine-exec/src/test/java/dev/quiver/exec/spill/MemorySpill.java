package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A spill file in memory. */
final class MemorySpill implements SpillFile {
    final Map<Integer, List<ColumnBatch>> runs = new TreeMap<>();
    boolean closed;

    @Override
    public void append(int run, ColumnBatch batch) {
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
        closed = true;
    }
}
