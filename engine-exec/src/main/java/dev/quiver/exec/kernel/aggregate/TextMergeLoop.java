package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;

/** The loop over keys that are texts. A template: run only as {@link OwnCopy} of a merge function's class. */
final class TextMergeLoop implements TextMerge {
    private static final Shape.Scalar VALUE = OwnCopy.constant(MethodHandles.lookup(), Shape.Scalar.class);

    private final ReduceFunction<Object> function;

    TextMergeLoop(ReduceFunction<Object> function) {
        this.function = function;
    }

    @Override
    public int merge(TextTable table, byte[] data, int[] offsets, long[] values, int from, int to) throws Exception {
        ReduceFunction<Object> call = function;
        long[] slots = table.slots;
        for (int row = from; row < to; row++) {
            int start = offsets[row];
            int length = offsets[row + 1] - start;
            if (length > TextTable.MOST_LENGTH) {
                return row;
            }
            long first = TextTable.word(data, start, length);
            long hash = TextTable.hash(first, data, start, length);
            long tag = TextTable.tag(hash, length);
            int mask = slots.length - 1;
            int at = (int) (hash >>> table.shift) << 1;
            long found = slots[at];
            while (found != 0 && ((found ^ tag) >>> 32 != 0 || !table.same(found, first, data, start, length))) {
                at = at + 2 & mask;
                found = slots[at];
            }
            if (found == 0) {
                table.put(at, hash, data, start, length, values[row - from]);
                slots = table.slots;
            } else if (VALUE == Shape.Scalar.LONG) {
                if (!(call.call(slots[at + 1], values[row - from]) instanceof Long merged)) {
                    return row;
                }
                slots[at + 1] = merged;
            } else if (VALUE == Shape.Scalar.INT) {
                if (!(call.call((int) slots[at + 1], (int) values[row - from]) instanceof Integer merged)) {
                    return row;
                }
                slots[at + 1] = merged;
            } else {
                if (!(call.call(Double.longBitsToDouble(slots[at + 1]), Double.longBitsToDouble(values[row - from]))
                        instanceof Double merged)) {
                    return row;
                }
                slots[at + 1] = Double.doubleToRawLongBits(merged);
            }
        }
        return to;
    }
}
