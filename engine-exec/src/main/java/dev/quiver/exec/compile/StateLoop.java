package dev.quiver.exec.compile;

import dev.quiver.exec.column.Column;

/** Generated code that merges rows into states by the number of their key. Belongs to one task. */
public abstract class StateLoop {
    /**
     * Merges rows {@code [from, to)}.
     *
     * @param states  one primitive array a column of the state, with room for every number
     * @param values  columns of the rows' values, without nulls
     * @param numbers number of each row's key; new ones follow the known ones without a gap
     * @param known   how many keys have a state already
     * @return the first row that was not merged: {@code to}, or an earlier one that a function made something of that has
     *         another shape than the states. That row changed nothing.
     */
    public abstract int merge(Object[] states, Column[] values, int[] numbers, int from, int to, int known)
            throws Exception;
}
