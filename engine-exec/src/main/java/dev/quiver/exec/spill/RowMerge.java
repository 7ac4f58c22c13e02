package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.sort.LoserTree;
import dev.quiver.exec.memory.RowLimit;
import java.util.Comparator;
import java.util.List;

/** Sorted runs of rows as one, rows that are equal run by run. Holds one row of each run, and what its source holds. */
final class RowMerge {
    /** Rows one after another. */
    interface Source {
        /** The next row, or null at the end. */
        Object next() throws Exception;

        /** The rows of chunks, each made when it is asked for. @param chunks closed at their end */
        static Source of(BatchSource chunks, SortSpace space) {
            return new Source() {
                private RowReader reader;
                private int row;

                @Override
                public Object next() throws Exception {
                    while (reader == null || row == reader.rows()) {
                        space.checkKilled.run();
                        reader = null;
                        row = 0;
                        ColumnBatch chunk = chunks.next();
                        if (chunk == null) {
                            return null;
                        }
                        reader = new RowReader(chunk, space.serializer, space.loader);
                    }
                    return reader.row(row++);
                }
            };
        }
    }

    private final List<Source> sources;
    private final Comparator<Object> order;
    private final Object[] heads;
    private final RowLimit limit = new RowLimit(bytes -> {});
    private LoserTree tree;

    /** @param sources the oldest first @param order of rows */
    RowMerge(List<Source> sources, Comparator<Object> order) {
        this.sources = sources;
        this.order = order;
        this.heads = new Object[sources.size()];
    }

    /** The next row, or null at the end. */
    Object next() throws Exception {
        if (tree == null) {
            open();
        }
        if (tree.size() == 0) {
            return null;
        }
        int source = tree.winner();
        Object row = heads[source];
        heads[source] = sources.get(source).next();
        if (heads[source] == null) {
            tree.remove();
        } else {
            tree.replay();
        }
        return row;
    }

    /** Puts the next rows into an array from its start, fewer when they are large. @return how many, or 0 at the end */
    int next(Object[] into) throws Exception {
        limit.start();
        int count = 0;
        while (count < into.length && !limit.isReached()) {
            Object row = next();
            if (row == null) {
                break;
            }
            into[count++] = row;
            limit.add(row);
        }
        return count;
    }

    private void open() throws Exception {
        for (int source = 0; source < heads.length; source++) {
            heads[source] = sources.get(source).next();
        }
        tree = new LoserTree(heads.length, this::isBefore);
        while (tree.size() > 0 && heads[tree.winner()] == null) {
            tree.remove();
        }
    }

    private boolean isBefore(int source, int other) {
        // Those that were empty from the start come first, to be removed.
        int compared = heads[source] == null || heads[other] == null
                ? Boolean.compare(heads[source] != null, heads[other] != null)
                : order.compare(heads[source], heads[other]);
        return compared != 0 ? compared < 0 : source < other;
    }
}
