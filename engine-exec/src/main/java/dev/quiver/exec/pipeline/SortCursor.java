package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import java.util.Arrays;
import java.util.Comparator;

/** Pairs in the order of their keys; pairs with equal keys stay as they came. Reads all rows at the first pull. */
final class SortCursor implements Cursor {
    private static final int COMPARISONS_BETWEEN_CHECKS = 1 << 14;

    private final Cursor source;
    private final Comparator<Object> order;
    private final TaskRun run;
    private Object[] sorted;
    private int size;
    private int next;
    private int comparisons;

    SortCursor(Cursor source, Comparator<Object> order, TaskRun run) {
        this.source = source;
        this.order = order;
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        if (sorted == null) {
            gather();
            Arrays.sort(sorted, 0, size, this::compare);
        }
        int count = Math.min(rows.length, size - next);
        System.arraycopy(sorted, next, rows, 0, count);
        Arrays.fill(sorted, next, next + count, null);
        next += count;
        return count;
    }

    private void gather() throws Exception {
        sorted = new Object[BATCH_ROWS];
        Object[] batch = new Object[BATCH_ROWS];
        for (int count = source.next(batch); count > 0; count = source.next(batch)) {
            if (size + count > sorted.length) {
                int larger = sorted.length + (sorted.length >> 1);
                sorted = Arrays.copyOf(sorted, Math.max(Math.addExact(size, count), larger));
            }
            System.arraycopy(batch, 0, sorted, size, count);
            size += count;
            run.checkKilled();
        }
    }

    private int compare(Object left, Object right) {
        if (++comparisons % COMPARISONS_BETWEEN_CHECKS == 0) {
            run.checkKilled();
        }
        return order.compare(((Pair<?, ?>) left).key(), ((Pair<?, ?>) right).key());
    }
}
