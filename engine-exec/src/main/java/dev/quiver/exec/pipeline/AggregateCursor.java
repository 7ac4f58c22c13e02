package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.memory.StateSizes;
import dev.quiver.exec.spill.KeyParts;

/** One pair per key, its values merged, of the pairs of one part. Objects in, objects out. */
final class AggregateCursor implements Cursor {
    private final SizedRows rows;
    private final Merging merging;
    private final KeyParts parts;
    private final Held held;
    private final StateSizes sizes;
    private final GroupTable groups = new GroupTable();
    private long rowsMerged;
    private int entry;

    /** What the source of the rows holds still. */
    interface Held {
        long bytes();
    }

    AggregateCursor(Cursor source, Held held, Merging merging, KeyParts parts, TaskRun run) throws Exception {
        RowSizes rowSizes = new RowSizes(run.serializer, run.loader);
        this.rows = new SizedRows(source, rowSizes, run);
        this.held = held;
        this.merging = merging;
        this.parts = parts;
        this.sizes = new StateSizes(rowSizes);
    }

    /** Merges all rows there are; false when everything was put aside. */
    boolean mergeAll() throws Exception {
        parts.memory().spillWith(this::giveBack);
        while (rows.next()) {
            boolean passing = makeRoom();
            for (int row = 0; row < rows.count; row++) {
                merging.enter(groups, rows.rows[row], sizes);
            }
            sizes.merged(rows.count, rows.bytes);
            rowsMerged += rows.count;
            if (passing) {
                rows.restTo(parts);
            }
        }
        parts.memory().spillWith(null);
        if (parts.isAside()) {
            putAside();
            return false;
        }
        return true;
    }

    /** While the next rows are read: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = parts.memory().bytes();
        if (groups.size() == 0 || !parts.canPart() || before <= 2 * parts.bufferBytes()) {
            return 0;
        }
        putAside();
        parts.memory().hold(held.bytes());
        return before - parts.memory().bytes();
    }

    /** Says whether the rows after the next need not be merged before they are put aside. */
    private boolean makeRoom() throws Exception {
        long bytes = bytesWithNext();
        if (parts.memory().tryHold(bytes)) {
            return false;
        }
        if (!parts.canPart()) {
            parts.holdUnparted(groups.size(), groups.size() == 0 ? null : groups.key(0), bytes);
            return false;
        }
        if (groups.size() == 0) {
            parts.memory().hold(bytes);
            return false;
        }
        // Where nearly every row brought a new key, merging before writing is of no use.
        boolean passing = merging.ofStates() && groups.size() > rowsMerged / 4 * 3;
        putAside();
        parts.memory().hold(bytesWithNext());
        return passing;
    }

    private long bytesWithNext() {
        return held.bytes() + groups.bytesWith(rows.count) + sizes.bytes() + rows.bytes;
    }

    private void putAside() throws Exception {
        for (int at = 0; at < groups.size(); at++) {
            parts.putAside(new Pair<>(groups.key(at), groups.value(at)));
            groups.value(at, null);
        }
        groups.clear();
        sizes.clear();
        rowsMerged = 0;
    }

    @Override
    public int next(Object[] into) {
        int count = Math.min(into.length, groups.size() - entry);
        for (int row = 0; row < count; row++) {
            into[row] = new Pair<>(groups.key(entry), groups.value(entry));
            groups.value(entry++, null);
        }
        return count;
    }
}
