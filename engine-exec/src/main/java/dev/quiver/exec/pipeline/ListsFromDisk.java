package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.spill.SpilledLists;
import java.util.Arrays;
import java.util.List;

/**
 * What is left of a grouped result, read back from disk: as many keys at a time as memory is held for. That is what the
 * largest of their lists takes, by the mean of the values; a list that takes more is asked for as it grows.
 */
final class ListsFromDisk implements Cursor {
    /** A list of so many bytes needs no leave. */
    static final long SMALL_BYTES = 1 << 20;

    private static final int LIST_BYTES = 64;

    private final SpilledLists lists;
    private final HeldMemory memory;
    private final double valueBytes;
    private final boolean ofInputs;
    private long most;

    /**
     * @param lists      closed behind the last
     * @param memory     holds {@code most}, beside buffers
     * @param valueBytes of a value as an object, about
     * @param most       bytes that lists may take which are made at a time
     * @param ofInputs   whether a key has a list of lists, one for each input
     */
    ListsFromDisk(SpilledLists lists, HeldMemory memory, double valueBytes, long most, boolean ofInputs) {
        this.lists = lists;
        this.memory = memory;
        this.valueBytes = valueBytes;
        this.most = most;
        this.ofInputs = ofInputs;
    }

    @Override
    public int next(Object[] into) throws Exception {
        // The lists given before must not be kept by what is overwritten now.
        Arrays.fill(into, null);
        int count = 0;
        double bytes = 0;
        while (count < into.length && lists.hasNext()) {
            bytes += LIST_BYTES + lists.values() * valueBytes;
            if (count > 0 && bytes > most) {
                break;
            }
            Object key = lists.key();
            List<List<Object>> values = lists.lists(this::require);
            into[count++] = new Pair<>(key, ofInputs ? values : values.get(0));
        }
        if (count == 0) {
            lists.close();
        }
        return count;
    }

    private void require(Object key, long values, long read, long bytes) {
        if (bytes > most) {
            if (bytes <= SMALL_BYTES) {
                memory.hold(bytes);
            } else if (!memory.tryHoldOrFail(bytes)) {
                throw memory.exceededBy(key, values, (long) ((double) bytes / read * values));
            }
            most = bytes;
        }
    }
}
