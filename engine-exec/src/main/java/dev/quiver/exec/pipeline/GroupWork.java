package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.group.GroupedValues;
import dev.quiver.exec.kernel.group.ValueLists;
import dev.quiver.exec.spill.KeyParts;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Collects the values of each key of a part into a list by a kernel; or by the interpreter, which goes on with what the
 * kernel holds when a batch comes that it cannot take. Values are not merged, so what is put aside are the rows as they
 * came, and once memory was refused the rest goes there directly.
 */
final class GroupWork implements PartWork {
    private final TaskRun run;

    GroupWork(TaskRun run) {
        this.run = run;
    }

    @Override
    public boolean givesBatches() {
        return false;
    }

    @Override
    public Cursor of(Cursor rows, boolean first, KeyParts parts) throws Exception {
        BatchSource source = rows.batches();
        if (source == null) {
            return collected(rows, () -> 0, parts);
        }
        GroupedValues groups = null;
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            if (parts.isAside()) {
                parts.putAside(batch);
                continue;
            }
            if (groups == null && GroupedValues.knows(batch.shape(), run.loader)) {
                groups = new GroupedValues(batch.shape(), run.serializer, run.loader);
            }
            boolean taken = groups != null && groups.takes(batch);
            if (taken && hasRoom(groups, batch, parts)) {
                groups.add(batch);
                continue;
            }
            Deque<ColumnBatch> held = groups == null ? new ArrayDeque<>() : groups.giveUp();
            groups = null;
            if (!taken || !parts.canPart()) {
                return asTheyCame(held, batch, source, parts);
            }
            putAside(held, parts);
            parts.putAside(batch);
        }
        if (parts.isAside()) {
            return null;
        }
        return groups == null ? Cursor.EMPTY : listed(groups, source, parts);
    }

    private static boolean hasRoom(GroupedValues groups, ColumnBatch batch, KeyParts parts) {
        long bytes = groups.bytesWith(batch);
        if (parts.memory().tryHold(bytes)) {
            return true;
        }
        if (groups.rows() > 0) {
            return false;
        }
        parts.memory().hold(bytes);
        return true;
    }

    private static void putAside(Deque<ColumnBatch> held, KeyParts parts) throws Exception {
        while (!held.isEmpty()) {
            parts.putAside(held.poll());
        }
        parts.memory().hold(0);
    }

    private Cursor listed(GroupedValues groups, BatchSource source, KeyParts parts) throws Exception {
        ValueLists lists = groups.lists(parts.memory());
        if (lists.tryHold()) {
            return lists::take;
        }
        if (!parts.canPart()) {
            return asTheyCame(groups.giveUp(), null, source, parts);
        }
        putAside(groups.giveUp(), parts);
        return null;
    }

    /**
     * The rows as they came: those that the kernel holds, the batch that it could not take, and the rest. What was read is
     * not held any more.
     */
    private Cursor asTheyCame(Deque<ColumnBatch> first, ColumnBatch next, BatchSource rest, KeyParts parts)
            throws Exception {
        if (next != null) {
            first.add(next);
        }
        long[] bytes = {first.stream().mapToLong(ColumnBatch::sizeBytes).sum()};
        BatchSource all = new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                ColumnBatch batch = first.poll();
                if (batch == null) {
                    return rest.next();
                }
                bytes[0] -= batch.sizeBytes();
                return batch;
            }

            @Override
            public void close() {
                first.clear();
                rest.close();
            }
        };
        return collected(new BatchCursor(all, run), () -> bytes[0], parts);
    }

    private Cursor collected(Cursor rows, AggregateCursor.Held held, KeyParts parts) throws Exception {
        CollectCursor collected = new CollectCursor(rows, held, parts, run);
        return collected.collectAll() ? collected : null;
    }
}
