package dev.quiver.exec.kernel.aggregate;

/** Merges rows into a table of texts. */
interface TextMerge {
    /**
     * Merges rows {@code [from, to)}; the value of row {@code from} is the first of {@code values}.
     *
     * @return the first row that was not merged: {@code to}, or an earlier one whose key is too long or that the user's
     *         function made something of that is no value of this kind
     */
    int merge(TextTable table, byte[] data, int[] offsets, long[] values, int from, int to) throws Exception;
}
