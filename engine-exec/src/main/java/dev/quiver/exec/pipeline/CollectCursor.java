package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.spill.SpilledLists;
import dev.quiver.exec.task.MemoryExceeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One pair per key, of the key and a list of its values, of the pairs of one part. Objects in, objects out. */
final class CollectCursor implements SpillableLists.InMemory {
    /** A place in a list, with what lists have to spare and what is copied when they grow. */
    private static final int PLACE_BYTES = 10;

    private static final int LIST_BYTES = 64;

    private final RowSizes sizes;
    private final SizedRows rows;
    private final AggregateCursor.Held held;
    private final KeyParts parts;
    private final GroupTable groups = new GroupTable();
    private long rowsCollected;
    private long keyBytes;
    private long valueBytes;
    private int entry;
    private double givenBytes;

    CollectCursor(Cursor source, AggregateCursor.Held held, KeyParts parts, TaskRun run) throws Exception {
        this.sizes = new RowSizes(run.serializer, run.loader);
        this.rows = new SizedRows(source, sizes, run);
        this.held = held;
        this.parts = parts;
    }

    /** Collects all rows there are; false when everything was put aside. */
    boolean collectAll() throws Exception {
        parts.memory().spillWith(this::giveBack);
        while (rows.next()) {
            if (parts.isAside() || !hasRoom()) {
                parts.memory().spillWith(null);
                if (!parts.canPart()) {
                    throw tooLarge();
                }
                putAside();
                return false;
            }
            for (int row = 0; row < rows.count; row++) {
                Pair<?, ?> pair = (Pair<?, ?>) rows.rows[row];
                int found = groups.entry(pair.key());
                if (found < 0) {
                    found = ~found;
                    groups.value(found, new ArrayList<>(2));
                }
                list(found).add(pair.value());
            }
            rowsCollected += rows.count;
            keyBytes += rows.keyBytes;
            valueBytes += rows.valueBytes;
        }
        parts.memory().spillWith(null);
        return !parts.isAside();
    }

    /** While the next rows are read: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = parts.memory().bytes();
        if (rowsCollected == 0 || parts.isAside() || !parts.canPart() || before <= 2 * parts.bufferBytes()) {
            return 0;
        }
        putGroupsAside();
        parts.memory().hold(held.bytes());
        return before - parts.memory().bytes();
    }

    private boolean hasRoom() {
        long atRows = rowsCollected + rows.count;
        long perKey = LIST_BYTES + (keyBytes + rows.keyBytes) / atRows;
        long bytes = held.bytes()
                + groups.bytesWith(rows.count)
                + (groups.size() + (long) rows.count) * perKey
                + valueBytes
                + rows.valueBytes
                + atRows * PLACE_BYTES;
        if (parts.memory().tryHold(bytes) || !parts.canPart() && parts.memory().tryHoldOrFail(bytes)) {
            return true;
        }
        if (rowsCollected > 0 && (parts.canPart() || bytes > KeyParts.UNPARTED_BYTES)) {
            return false;
        }
        parts.memory().hold(bytes);
        return true;
    }

    /** Puts aside the rows collected, those at hand, and those still to come. */
    private void putAside() throws Exception {
        putGroupsAside();
        for (int row = 0; row < rows.count; row++) {
            parts.putAside(rows.rows[row]);
        }
        parts.memory().hold(0);
        rows.restTo(parts);
    }

    private void putGroupsAside() throws Exception {
        for (int at = 0; at < groups.size(); at++) {
            for (Object value : list(at)) {
                parts.putAside(new Pair<>(groups.key(at), value));
            }
            groups.value(at, null);
        }
        groups.clear();
    }

    /** Reads the rest, only to say how much there is of which key: of the one whose values take most. */
    private MemoryExceeded tooLarge() throws Exception {
        for (int at = 0; at < groups.size(); at++) {
            Load load = new Load();
            list(at).forEach(load::add);
            groups.value(at, load);
        }
        do {
            for (int row = 0; row < rows.count; row++) {
                Pair<?, ?> pair = (Pair<?, ?>) rows.rows[row];
                int found = groups.entry(pair.key());
                if (found < 0) {
                    found = ~found;
                    groups.value(found, new Load());
                }
                ((Load) groups.value(found)).add(pair.value());
            }
        } while (rows.next());
        int largest = 0;
        for (int at = 1; at < groups.size(); at++) {
            largest = ((Load) groups.value(at)).bytes > ((Load) groups.value(largest)).bytes ? at : largest;
        }
        Load load = (Load) groups.value(largest);
        return parts.memory().exceededBy(groups.key(largest), load.values, load.bytes);
    }

    /** What the values of a key take as objects. */
    private final class Load {
        private long values;
        private long bytes;

        void add(Object value) {
            values++;
            bytes += RowSizes.REFERENCE + sizes.of(value);
        }
    }

    @SuppressWarnings("unchecked")
    private List<Object> list(int at) {
        return (List<Object>) groups.value(at);
    }

    @Override
    public int next(Object[] into) {
        // The lists given before must not be kept by what is overwritten now.
        Arrays.fill(into, null);
        int count = Math.min(into.length, groups.size() - entry);
        givenBytes = 0;
        for (int row = 0; row < count; row++) {
            givenBytes += bytes(list(entry).size());
            into[row] = new Pair<>(groups.key(entry), groups.value(entry));
            groups.value(entry++, null);
        }
        return count;
    }

    @Override
    public boolean isEmpty() {
        return entry == groups.size();
    }

    @Override
    public double valueBytes() {
        return PLACE_BYTES + (double) valueBytes / rowsCollected;
    }

    @Override
    public long mostLeft() {
        long values = 0;
        for (int at = entry; at < groups.size(); at++) {
            values = Math.max(values, list(at).size());
        }
        return (long) Math.max(givenBytes, bytes(values));
    }

    private double bytes(long values) {
        return LIST_BYTES + values * valueBytes();
    }

    @Override
    public void putAside(SpilledLists into, long chunkBytes) throws Exception {
        for (; entry < groups.size(); entry++) {
            into.add(groups.key(entry), new List<?>[] {list(entry)});
            groups.value(entry, null);
        }
    }
}
