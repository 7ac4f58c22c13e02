package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.spill.SpilledKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values of each key, in a list for each input, as objects; and how much memory they take. */
final class CoGroups {
    /** A place in a list, with what lists have to spare and what is copied when they grow. */
    private static final int PLACE_BYTES = 10;

    /** A list, and its place beside those of the other inputs. */
    private static final int LIST_BYTES = 64;

    private final int inputs;
    private final HeldMemory memory;
    private final GroupTable groups = new GroupTable();
    private long values;
    private long keyBytes;
    private long valueBytes;
    private int entry;

    CoGroups(int inputs, HeldMemory memory) {
        this.inputs = inputs;
        this.memory = memory;
    }

    /** Asks for the memory that more rows take. */
    boolean hasRoom(SizedRows rows) {
        return memory.tryHold(bytesWith(rows));
    }

    /** Holds the memory that more rows take, whether there is room or not. */
    void makeRoom(SizedRows rows) {
        memory.hold(bytesWith(rows));
    }

    /** Most bytes that all takes when rows were added. */
    long bytesWith(SizedRows rows) {
        long all = values + rows.count;
        long perKey = (long) LIST_BYTES * inputs + (keyBytes + rows.keyBytes) / Math.max(1, all);
        return groups.bytesWith(rows.count)
                + (groups.size() + (long) rows.count) * perKey
                + valueBytes
                + rows.valueBytes
                + all * PLACE_BYTES;
    }

    void add(SizedRows rows, int input) {
        for (int row = 0; row < rows.count; row++) {
            Pair<?, ?> pair = (Pair<?, ?>) rows.rows[row];
            int found = groups.entry(pair.key());
            if (found < 0) {
                found = ~found;
                groups.value(found, new List<?>[inputs]);
            }
            List<Object>[] lists = lists(found);
            if (lists[input] == null) {
                lists[input] = new ArrayList<>(2);
            }
            lists[input].add(pair.value());
        }
        values += rows.count;
        keyBytes += rows.keyBytes;
        valueBytes += rows.valueBytes;
    }

    /** How many keys there are. */
    int keys() {
        return groups.size();
    }

    /** How many values there are. */
    long values() {
        return values;
    }

    /** The key that has most values; null when there is none. */
    Frequent mostFrequent() {
        Frequent most = null;
        for (int at = 0; at < groups.size(); at++) {
            long count = 0;
            for (List<Object> list : lists(at)) {
                count += list == null ? 0 : list.size();
            }
            if (most == null || count > most.values()) {
                most = new Frequent(groups.key(at), count);
            }
        }
        return most;
    }

    /** A key with many values. */
    record Frequent(Object key, long values) {}

    /** Puts everything aside, and is empty afterwards. @param into one for each input */
    void putAside(SpilledKeys[] into) throws Exception {
        for (int at = 0; at < groups.size(); at++) {
            List<Object>[] lists = lists(at);
            for (int input = 0; input < inputs; input++) {
                for (Object value : lists[input] == null ? List.of() : lists[input]) {
                    into[input].add(new Pair<>(groups.key(at), value));
                }
            }
            groups.value(at, null);
        }
        groups.clear();
    }

    /** Puts the next keys into an array from its start, each with its lists, which belong to whoever takes them. */
    int next(Object[] rows) {
        // The lists given before must not be kept by what is overwritten now.
        Arrays.fill(rows, null);
        int count = Math.min(rows.length, groups.size() - entry);
        for (int row = 0; row < count; row++) {
            List<Object>[] lists = lists(entry);
            for (int input = 0; input < inputs; input++) {
                if (lists[input] == null) {
                    lists[input] = new ArrayList<>(0);
                }
            }
            rows[row] = new Pair<>(groups.key(entry), new ArrayList<>(Arrays.asList(lists)));
            groups.value(entry++, null);
        }
        return count;
    }

    @SuppressWarnings("unchecked")
    private List<Object>[] lists(int at) {
        return (List<Object>[]) groups.value(at);
    }
}
