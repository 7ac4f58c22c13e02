package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.group.GroupedValues;
import dev.quiver.exec.kernel.group.ValueLists;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.spill.SpilledLists;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Collects the values of each key of a part into a list by a kernel; or by the interpreter, which goes on with what the
 * kernel holds when a batch comes that it cannot take. Values are not merged, so what is put aside are the rows as they
 * came, and once memory was refused the rest goes there directly.
 */
final class GroupWork implements PartWork {
    /** A key with this part of the values that fitted is looked at before all is dealt out once more. */
    private static final double MANY = 0.25;

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
        return source == null ? collected(rows, () -> 0, parts) : new Grouping(source, parts).all();
    }

    private Cursor collected(Cursor rows, AggregateCursor.Held held, KeyParts parts) throws Exception {
        CollectCursor collected = new CollectCursor(rows, held, parts, run);
        return collected.collectAll() ? spillable(collected, parts) : null;
    }

    private Cursor spillable(SpillableLists.InMemory lists, KeyParts parts) {
        return new SpillableLists(lists, 1, false, parts.memory(), parts::file, run);
    }

    /** One part that comes in columns. */
    private final class Grouping {
        private final BatchSource source;
        private final KeyParts parts;
        private GroupedValues groups;

        Grouping(BatchSource source, KeyParts parts) {
            this.source = source;
            this.parts = parts;
        }

        Cursor all() throws Exception {
            parts.memory().spillWith(this::giveBack);
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                if (parts.isAside()) {
                    parts.putAside(batch);
                    continue;
                }
                if (groups == null && GroupedValues.knows(batch.shape(), run.loader)) {
                    groups = new GroupedValues(batch.shape(), run.serializer, run.loader);
                }
                boolean taken = groups != null && groups.takes(batch);
                if (taken && hasRoom(batch)) {
                    groups.add(batch);
                    continue;
                }
                if (!taken || !parts.canPart()) {
                    return asTheyCame(batch);
                }
                requireRoomForOne();
                putAside();
                parts.putAside(batch);
            }
            parts.memory().spillWith(null);
            if (parts.isAside()) {
                return null;
            }
            return groups == null ? Cursor.EMPTY : listed();
        }

        private boolean hasRoom(ColumnBatch batch) {
            long bytes = groups.bytesWith(batch);
            if (parts.memory().tryHold(bytes)
                    || !parts.canPart() && parts.memory().tryHoldOrFail(bytes)) {
                return true;
            }
            if (groups.rows() > 0) {
                return false;
            }
            parts.memory().hold(bytes);
            return true;
        }

        /**
         * Looks whether dealing a part out once more helps: a key that has many of its values may take more by itself than
         * there will ever be. Else that is known only when it is alone, and has been written many times.
         */
        private void requireRoomForOne() throws Exception {
            BatchSource again = parts.again();
            Object frequent = again == null ? null : groups.frequentKey(MANY);
            if (frequent != null) {
                parts.memory().spillWith(null);
                RowSizes sizes = new RowSizes(run.serializer, run.loader);
                KeyLoad load = new KeyLoad(frequent, 1, RowSizes.REFERENCE, sizes, run)
                        .count(input -> new BatchCursor(again, run));
                if (load.bytes() > Math.max(parts.memory().total(), KeyParts.UNPARTED_BYTES)) {
                    throw parts.memory().exceededBy(frequent, load.values(0), load.bytes());
                }
            }
        }

        /** While the next batch is read: another operator needs the memory. */
        private long giveBack() throws Exception {
            long before = parts.memory().bytes();
            if (groups == null || !parts.canPart() || before <= 2 * parts.bufferBytes()) {
                return 0;
            }
            putAside();
            return before - parts.memory().bytes();
        }

        private void putAside() throws Exception {
            Deque<ColumnBatch> held = givenUp();
            while (!held.isEmpty()) {
                parts.putAside(held.poll());
            }
            parts.memory().hold(0);
        }

        private Deque<ColumnBatch> givenUp() {
            Deque<ColumnBatch> held = groups == null ? new ArrayDeque<>() : groups.giveUp();
            groups = null;
            return held;
        }

        private Cursor listed() throws Exception {
            ValueLists lists = groups.lists(parts.memory());
            if (lists.tryHold(!parts.canPart())) {
                return spillable(new Listed(lists), parts);
            }
            if (!parts.canPart()) {
                return asTheyCame(null);
            }
            putAside();
            return null;
        }

        /**
         * The rows as they came: those that the kernel holds, the batch that it could not take, and the rest. What was read
         * is not held any more.
         */
        private Cursor asTheyCame(ColumnBatch next) throws Exception {
            Deque<ColumnBatch> first = givenUp();
            if (next != null) {
                first.add(next);
            }
            long[] bytes = {first.stream().mapToLong(ColumnBatch::sizeBytes).sum()};
            BatchSource all = new BatchSource() {
                @Override
                public ColumnBatch next() throws Exception {
                    ColumnBatch batch = first.poll();
                    if (batch == null) {
                        return source.next();
                    }
                    bytes[0] -= batch.sizeBytes();
                    return batch;
                }

                @Override
                public void close() {
                    first.clear();
                    source.close();
                }
            };
            return collected(new BatchCursor(all, run), () -> bytes[0], parts);
        }
    }

    /** Lists that are made of columns as they are taken. */
    private record Listed(ValueLists lists) implements SpillableLists.InMemory {
        @Override
        public int next(Object[] into) {
            return lists.take(into);
        }

        @Override
        public boolean isEmpty() {
            return lists.isEmpty();
        }

        @Override
        public double valueBytes() {
            return lists.valueBytes();
        }

        @Override
        public long mostLeft() {
            return lists.mostLeft();
        }

        @Override
        public void putAside(SpilledLists into, long chunkBytes) throws Exception {
            lists.giveUp(
                    new ValueLists.Rest() {
                        @Override
                        public void keys(ColumnBatch keys) throws Exception {
                            into.keys(keys);
                        }

                        @Override
                        public void values(ColumnBatch values) throws Exception {
                            into.values(0, values);
                        }
                    },
                    chunkBytes);
        }
    }
}
