package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.task.MemoryExceeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One pair per key, of the key and a list of its values, of the pairs of one part. Objects in, objects out. */
final class CollectCursor implements Cursor {
    /** A place in a list, with what lists have to spare and what is copied when they grow. */
    private static final int PLACE_BYTES = 10;

    private static final int LIST_BYTES = 64;

    private final SizedRows rows;
    private final AggregateCursor.Held held;
    private final KeyParts parts;
    private final GroupTable groups = new GroupTable();
    private long rowsCollected;
    private long keyBytes;
    private long valueBytes;
    private int entry;

    CollectCursor(Cursor source, AggregateCursor.Held held, KeyParts parts, TaskRun run) throws Exception {
        this.rows = new SizedRows(source, new RowSizes(run.serializer, run.loader), run);
        this.held = held;
        this.parts = parts;
    }

    /** Collects all rows there are; false when everything was put aside. */
    boolean collectAll() throws Exception {
        while (rows.next()) {
            if (!hasRoom()) {
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
        return true;
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
        if (parts.memory().tryHold(bytes)) {
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
        for (int at = 0; at < groups.size(); at++) {
            for (Object value : list(at)) {
                parts.putAside(new Pair<>(groups.key(at), value));
            }
            groups.value(at, null);
        }
        groups.clear();
        for (int row = 0; row < rows.count; row++) {
            parts.putAside(rows.rows[row]);
        }
        parts.memory().hold(0);
        rows.restTo(parts);
    }

    /** Reads the rest, only to say how much there is of which key. */
    private MemoryExceeded tooLarge() throws Exception {
        for (int at = 0; at < groups.size(); at++) {
            groups.value(at, (long) list(at).size());
        }
        do {
            for (int row = 0; row < rows.count; row++) {
                int found = groups.entry(((Pair<?, ?>) rows.rows[row]).key());
                long before = found < 0 ? 0 : (long) groups.value(found);
                groups.value(found < 0 ? ~found : found, before + 1);
            }
            rowsCollected += rows.count;
            valueBytes += rows.valueBytes;
        } while (rows.next());
        int largest = 0;
        for (int at = 1; at < groups.size(); at++) {
            largest = (long) groups.value(at) > (long) groups.value(largest) ? at : largest;
        }
        long values = (long) groups.value(largest);
        double perValue = RowSizes.REFERENCE + (double) valueBytes / rowsCollected;
        return parts.memory().exceededBy(groups.key(largest), values, (long) (values * perValue));
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
        for (int row = 0; row < count; row++) {
            into[row] = new Pair<>(groups.key(entry), groups.value(entry));
            groups.value(entry++, null);
        }
        return count;
    }
}
