package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.exec.spill.SpilledLists;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values of each key, in a list for each input, as objects; and how much memory they take. */
final class CoGroups implements SpillableLists.InMemory {
    /** A place in a list, with what lists have to spare and what is copied when they grow. */
    static final int PLACE_BYTES = 10;

    /** A list, and its place beside those of the other inputs. */
    private static final int LIST_BYTES = 64;

    private final int inputs;
    private final HeldMemory memory;
    private final GroupTable groups = new GroupTable();
    private long values;
    private long keyBytes;
    private long valueBytes;
    private int entry;
    private double givenBytes;

    CoGroups(int inputs, HeldMemory memory) {
        this.inputs = inputs;
        this.memory = memory;
    }

    /** Asks for the memory that more rows take. */
    boolean hasRoom(SizedRows rows) {
        return memory.tryHold(bytesWith(rows));
    }

    /** Holds the memory that more rows take, whether there is room or not; others of the task spill before. */
    void makeRoom(SizedRows rows) {
        long bytes = bytesWith(rows);
        if (!memory.tryHoldOrFail(bytes)) {
            memory.hold(bytes);
        }
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
            long count = values(lists(at));
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
    @Override
    public int next(Object[] rows) {
        // The lists given before must not be kept by what is overwritten now.
        Arrays.fill(rows, null);
        int count = Math.min(rows.length, groups.size() - entry);
        givenBytes = 0;
        for (int row = 0; row < count; row++) {
            List<Object>[] lists = lists(entry);
            givenBytes += bytes(lists);
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

    @Override
    public boolean isEmpty() {
        return entry == groups.size();
    }

    @Override
    public double valueBytes() {
        return PLACE_BYTES + (double) valueBytes / Math.max(1, values);
    }

    @Override
    public long mostLeft() {
        double most = givenBytes;
        for (int at = entry; at < groups.size(); at++) {
            most = Math.max(most, bytes(lists(at)));
        }
        return (long) most;
    }

    private double bytes(List<Object>[] lists) {
        return (double) LIST_BYTES * inputs + values(lists) * valueBytes();
    }

    private static long values(List<Object>[] lists) {
        long values = 0;
        for (List<Object> list : lists) {
            values += list == null ? 0 : list.size();
        }
        return values;
    }

    @Override
    public void putAside(SpilledLists into, long chunkBytes) throws Exception {
        for (; entry < groups.size(); entry++) {
            into.add(groups.key(entry), lists(entry));
            groups.value(entry, null);
        }
    }

    @SuppressWarnings("unchecked")
    private List<Object>[] lists(int at) {
        return (List<Object>[]) groups.value(at);
    }
}
