package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.kernel.key.FixedTable;

/** Merges rows into a table of fixed-width keys. */
interface FixedMerge {
    /**
     * Merges rows {@code [from, to)}.
     *
     * @return the first row that was not merged: {@code to}, or an earlier one that the user's function made something
     *         of that is no value of this kind
     */
    int merge(FixedTable table, long[] keys, long[] values, int from, int to) throws Exception;
}
