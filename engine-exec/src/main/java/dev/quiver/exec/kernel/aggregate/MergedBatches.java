package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.function.Function;

/**
 * The pairs of a source with the values of each key merged. When a batch comes that groups cannot take, merging stops:
 * then this gives what was merged so far, and after it everything else, still to be merged by somebody else. When memory
 * is refused, what was merged so far is put aside and merging begins anew, so that what comes often is merged before it is
 * written; in the end everything is aside.
 */
public final class MergedBatches implements BatchSource {
    /** How far merging came. */
    public enum Merged {
        /** Every key comes once. */
        ALL,
        /** Some keys come several times. */
        SOME,
        /** Everything was put aside: nothing is left here. */
        ASIDE
    }

    private static final int STEP_ROWS = 1 << 14;

    private final BatchSource source;
    private final Function<Shape, Groups> groupsOf;
    private final Aside parts;
    private Groups groups;
    private ColumnBatch left;
    private Merged merged;
    private long rowsMerged;
    private boolean passing;

    /**
     * @param groupsOf makes a table for pairs of a shape, or null
     * @param parts    gives memory, and takes what must be put aside; borrowed
     */
    public MergedBatches(BatchSource source, Function<Shape, Groups> groupsOf, Aside parts) {
        this.source = source;
        this.groupsOf = groupsOf;
        this.parts = parts;
    }

    /** Reads the source, at the first call. */
    public Merged mergeAll() throws Exception {
        if (merged == null) {
            merged = Merged.SOME;
            parts.memory().spillWith(this::giveBack);
            merged = readAll();
            parts.memory().spillWith(null);
        }
        return merged;
    }

    private Merged readAll() throws Exception {
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            ColumnBatch rest = passing ? batch : merge(batch);
            if (rest != null) {
                if (!parts.isAside()) {
                    left = rest;
                    return Merged.SOME;
                }
                parts.putAside(rest);
            }
        }
        if (parts.isAside()) {
            putAside();
            return Merged.ASIDE;
        }
        if (groups == null) {
            return Merged.ALL;
        }
        boolean all = groups.complete();
        parts.memory().hold(groups.bytes());
        return all ? Merged.ALL : Merged.SOME;
    }

    /** Merges rows; returns those that were not, or null. */
    private ColumnBatch merge(ColumnBatch batch) throws Exception {
        if (groups == null) {
            groups = groupsOf.apply(batch.shape());
        }
        if (groups == null || !groups.takes(batch)) {
            return batch;
        }
        int rows = batch.rows();
        int from = 0;
        while (from < rows) {
            int to = Math.min(rows, from + STEP_ROWS);
            makeRoom(batch, from, to);
            if (passing) {
                break;
            }
            int end = groups.add(batch, from, to);
            rowsMerged += end - from;
            from = end;
            if (end < to) {
                if (parts.isAside()) {
                    putAside();
                }
                break;
            }
        }
        return from == rows ? null : Rows.from(batch, from);
    }

    private void makeRoom(ColumnBatch batch, int from, int to) throws Exception {
        long bytes = groups.bytesWith(batch, from, to);
        if (parts.memory().tryHold(bytes)) {
            return;
        }
        if (!parts.canPart()) {
            parts.holdUnparted(groups.size(), bytes);
        } else if (groups.size() == 0) {
            parts.memory().hold(bytes);
        } else {
            // Where nearly every row brought a new key, merging before writing is of no use.
            passing = groups.size() > rowsMerged / 4 * 3;
            putAside();
            parts.memory().hold(passing ? 0 : groups.bytesWith(batch, from, to));
        }
    }

    /** While the next batch is read: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = parts.memory().bytes();
        if (groups == null || !parts.canPart() || groups.bytes() <= 2 * parts.bufferBytes()) {
            return 0;
        }
        putAside();
        return before - parts.memory().bytes();
    }

    private void putAside() throws Exception {
        if (groups == null) {
            return;
        }
        groups.complete();
        for (ColumnBatch batch = groups.take(); batch != null; batch = groups.take()) {
            parts.putAside(batch);
        }
        groups.clear();
        rowsMerged = 0;
        parts.memory().hold(groups.bytes());
    }

    /** Bytes that the groups take. */
    public long bytes() {
        return groups == null ? 0 : groups.bytes();
    }

    @Override
    public ColumnBatch next() throws Exception {
        mergeAll();
        if (groups != null) {
            ColumnBatch batch = groups.take();
            if (batch != null) {
                return batch;
            }
            groups = null;
        }
        ColumnBatch batch = left;
        left = null;
        return batch != null || merged != Merged.SOME ? batch : source.next();
    }

    @Override
    public void close() {
        groups = null;
        source.close();
    }
}
