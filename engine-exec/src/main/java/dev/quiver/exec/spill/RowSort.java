package dev.quiver.exec.spill;

import dev.quiver.Pair;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.memory.RowSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Sorts pairs as objects by any order of their keys, however many there are: collects as many as memory allows, and when
 * it is refused more, sorts those and writes them as one run; at the end merges the runs with what is still in memory.
 * Pairs with equal keys stay as they came. Belongs to the task's thread.
 */
public final class RowSort {
    private static final int FIRST_ROWS = 1024;
    private static final int COMPARISONS_BETWEEN_CHECKS = 1 << 14;

    /** Bytes of a row in the array of all rows, in the one that it grows out of, and in that which sorting needs. */
    private static final int ROW_BYTES = 4 * RowSizes.REFERENCE;

    private final Comparator<Object> order;
    private final SortSpace space;
    private final SortedRuns runs;
    private final RowSizes sizes;
    private Object[] rows = new Object[0];
    private int size;
    private int next;
    private long held;
    private int comparisons;
    private boolean sorted;
    private RowMerge merge;
    private RowMerge.Source rest;

    /** @param order of keys @param space borrowed */
    public RowSort(Comparator<Object> order, SortSpace space) {
        this(order, space, new SortedRuns(space));
    }

    /** @param runs in this order already; older than all that is added */
    RowSort(Comparator<Object> order, SortSpace space, SortedRuns runs) {
        this.order = order;
        this.space = space;
        this.runs = runs;
        this.sizes = new RowSizes(space.serializer, space.loader);
        space.memory.spillWith(this::giveBack);
    }

    /** Between two batches: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = held;
        if (size > 0) {
            spill();
        }
        return before - held;
    }

    /** Whether memory has room for the rows of batches, at this moment. */
    boolean hasRoom(List<ColumnBatch> batches) {
        long bytes = batches.stream().mapToLong(this::bytes).sum();
        if (!space.memory.tryGrow(bytes)) {
            return false;
        }
        space.memory.shrink(bytes);
        return true;
    }

    private long bytes(ColumnBatch batch) {
        return sizes.ofRows(batch) + (long) batch.rows() * ROW_BYTES;
    }

    /** Takes the rows of a batch. @param batch borrowed */
    public void add(ColumnBatch batch) throws Exception {
        space.checkKilled.run();
        makeRoom(batch.rows(), bytes(batch));
        Object[] read = new Object[batch.rows()];
        append(read, new RowReader(batch, space.serializer, space.loader).read(0, read));
    }

    /** Takes the first rows of an array. */
    public void add(Object[] more, int count) throws Exception {
        space.checkKilled.run();
        makeRoom(count, sizes.of(more, count) + (long) count * ROW_BYTES);
        append(more, count);
    }

    private void makeRoom(int count, long bytes) throws Exception {
        if (size + (long) count > space.mostRows || !space.tryHold(bytes, held, 2 * space.chunkBytes)) {
            if (size > 0) {
                spill();
            }
            space.hold(bytes);
        }
        held += bytes;
    }

    private void append(Object[] more, int count) {
        if (size + (long) count > rows.length) {
            rows = Arrays.copyOf(rows, larger(rows.length, size + count, space.mostRows));
        }
        System.arraycopy(more, 0, rows, size, count);
        size += count;
    }

    /** The length that an array of rows grows to so that it holds {@code needed}; when possible, no more than {@code most}. */
    static int larger(int length, int needed, int most) {
        return Math.max(needed, (int) Math.min(most, Math.max(FIRST_ROWS, length * 3L / 2)));
    }

    private void spill() throws Exception {
        Arrays.sort(rows, 0, size, this::compare);
        SortedRun.Writer run = new SortedRun.Writer(space);
        for (int row = 0; row < size; row++) {
            run.add(rows[row]);
            rows[row] = null;
        }
        runs.add(run.end());
        rows = new Object[0];
        size = 0;
        space.memory.shrink(held);
        held = 0;
    }

    private int compare(Object left, Object right) {
        if (++comparisons % COMPARISONS_BETWEEN_CHECKS == 0) {
            space.checkKilled.run();
        }
        return order.compare(((Pair<?, ?>) left).key(), ((Pair<?, ?>) right).key());
    }

    /**
     * Puts the next rows in order into an array from its start. Nothing can be added after the first call.
     *
     * @return how many, or 0 at the end
     */
    public int next(Object[] into) throws Exception {
        if (!sorted) {
            sorted = true;
            sort();
        }
        if (merge != null) {
            space.checkKilled.run();
            return merge.next(into);
        }
        int count = Math.min(into.length, size - next);
        System.arraycopy(rows, next, into, 0, count);
        Arrays.fill(rows, next, next + count, null);
        next += count;
        return count;
    }

    private void sort() throws Exception {
        space.memory.spillWith(null);
        if (!runs.isEmpty() && size > 0 && !space.memory.tryGrow(runs.bytesToMerge(runs.size() + 1))) {
            spill();
        }
        Arrays.sort(rows, 0, size, this::compare);
        if (size > 0) {
            space.memory.spillWith(this::giveRestBack);
        }
        if (runs.isEmpty()) {
            return;
        }
        List<RowMerge.Source> sources = new ArrayList<>();
        for (SortedRun run : size > 0 ? runs.all() : runs.toMerge(this::merged)) {
            sources.add(RowMerge.Source.of(run.read(), space));
        }
        if (size > 0) {
            sources.add(this::takeNext);
        }
        merge = new RowMerge(sources, this::compare);
    }

    /** The next row of those in memory, or of what became of them; null at the end. */
    private Object takeNext() throws Exception {
        if (rest != null) {
            return rest.next();
        }
        if (next == size) {
            return null;
        }
        Object taken = rows[next];
        rows[next++] = null;
        return taken;
    }

    /** While sorted rows are taken: another operator needs the memory. */
    private long giveRestBack() throws Exception {
        space.memory.spillWith(null);
        if (next == size) {
            return 0;
        }
        SortedRun.Writer run = new SortedRun.Writer(space);
        for (Object row = takeNext(); row != null; row = takeNext()) {
            run.add(row);
        }
        rest = RowMerge.Source.of(run.end().read(), space);
        rows = new Object[0];
        if (merge == null) {
            merge = new RowMerge(List.of(rest), this::compare);
        }
        space.memory.shrink(held);
        long given = held;
        held = 0;
        return given;
    }

    private SortedRun merged(List<SortedRun> some) throws Exception {
        List<RowMerge.Source> sources = new ArrayList<>();
        for (SortedRun run : some) {
            sources.add(RowMerge.Source.of(run.read(), space));
        }
        RowMerge merging = new RowMerge(sources, this::compare);
        SortedRun.Writer run = new SortedRun.Writer(space);
        for (Object row = merging.next(); row != null; row = merging.next()) {
            run.add(row);
        }
        return run.end();
    }
}
