package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.kernel.key.FixedTable;
import dev.quiver.exec.specialize.FreshBoxes;
import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;

/** The loop over fixed-width keys. A template: run only as {@link OwnCopy} of a merge function's class. */
final class FixedMergeLoop implements FixedMerge {
    private static final MergedKind KIND = OwnCopy.constant(MethodHandles.lookup(), MergedKind.class);
    private static final Shape.Scalar VALUE = KIND == null ? null : KIND.value();
    private static final boolean FRESH = KIND != null && KIND.freshBoxes();

    private final ReduceFunction<Object> function;

    FixedMergeLoop(ReduceFunction<Object> function) {
        this.function = function;
    }

    @Override
    public int merge(FixedTable table, long[] keys, long[] values, int from, int to) throws Exception {
        ReduceFunction<Object> call = function;
        long[] slots = table.slots;
        int mask = slots.length - 3;
        int shift = table.shift;
        for (int row = from; row < to; row++) {
            long key = keys[row];
            int at;
            boolean present;
            if (key != 0) {
                at = (int) (FixedTable.spread(key) << FixedTable.RADIX_BITS >>> shift) << 1;
                long found = slots[at];
                while (found != key && found != 0) {
                    at = at + 2 & mask;
                    found = slots[at];
                }
                present = found != 0;
            } else {
                at = slots.length - 2;
                present = slots[at] != 0;
            }
            if (present) {
                // One branch a kind, of which the constant leaves one: the boxes never come to be.
                if (VALUE == Shape.Scalar.LONG) {
                    if (!(call.call(box(slots[at + 1]), box(values[row])) instanceof Long merged)) {
                        return row;
                    }
                    slots[at + 1] = merged;
                } else if (VALUE == Shape.Scalar.INT) {
                    if (!(call.call(box((int) slots[at + 1]), box((int) values[row])) instanceof Integer merged)) {
                        return row;
                    }
                    slots[at + 1] = merged;
                } else {
                    if (!(call.call(
                                    box(Double.longBitsToDouble(slots[at + 1])),
                                    box(Double.longBitsToDouble(values[row])))
                            instanceof Double merged)) {
                        return row;
                    }
                    slots[at + 1] = Double.doubleToRawLongBits(merged);
                }
            } else {
                slots[at] = key == 0 ? 1 : key;
                slots[at + 1] = values[row];
                if (++table.size > table.limit) {
                    table.grow();
                    slots = table.slots;
                    mask = slots.length - 3;
                    shift = table.shift;
                }
            }
        }
        return to;
    }

    private static Long box(long value) {
        return FRESH ? FreshBoxes.of(value) : Long.valueOf(value);
    }

    private static Integer box(int value) {
        return FRESH ? FreshBoxes.of(value) : Integer.valueOf(value);
    }

    private static Double box(double value) {
        return FRESH ? FreshBoxes.of(value) : Double.valueOf(value);
    }
}
