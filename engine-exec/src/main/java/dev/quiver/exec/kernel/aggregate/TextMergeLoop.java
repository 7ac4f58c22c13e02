package dev.quiver.exec.kernel.aggregate;

import dev.quiver.Text;
import dev.quiver.exec.specialize.FreshBoxes;
import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;

/** The merging of texts. A template: run only as {@link OwnCopy} of a merge function's class. */
final class TextMergeLoop extends TextMerge {
    private static final MergedKind KIND = OwnCopy.constant(MethodHandles.lookup(), MergedKind.class);
    private static final Shape.Scalar VALUE = KIND == null ? null : KIND.value();
    private static final boolean FRESH = KIND != null && KIND.freshBoxes();

    private final ReduceFunction<Object> function;

    TextMergeLoop(ReduceFunction<Object> function) {
        this.function = function;
    }

    @Override
    public boolean mergeShort(Text key, long value) throws Exception {
        return mergeOneShort(TextTable.shortKey(key.wordAt(0), key.length()), value);
    }

    @Override
    public boolean mergeLong(Text key, long value) throws Exception {
        rows++;
        boolean merged = mergeBytes(key, value);
        if (counted != null && merged) {
            counted.add(key, value);
        }
        return merged;
    }

    @Override
    public boolean mergeWide(Text key, long value) throws Exception {
        return mergeOneWide(key.wordAt(0), WideTable.second(key.wordAt(8), key.length()), value);
    }

    @Override
    public boolean mergeShort(String key, long value) throws Exception {
        int length = key.length();
        long bytes = 0;
        int units = 0;
        for (int at = length - 1; at >= 0; at--) {
            char unit = key.charAt(at);
            units |= unit;
            bytes = bytes << 8 | unit;
        }
        if (units >= 0x80) {
            return mergeLong(key, value);
        }
        return mergeOneShort(TextTable.shortKey(bytes, length), value);
    }

    @Override
    public boolean mergeWide(String key, long value) throws Exception {
        int length = key.length();
        long first = 0;
        long second = 0;
        int units = 0;
        for (int at = 7; at >= 0; at--) {
            char unit = key.charAt(at);
            units |= unit;
            first = first << 8 | unit;
        }
        for (int at = length - 1; at >= 8; at--) {
            char unit = key.charAt(at);
            units |= unit;
            second = second << 8 | unit;
        }
        if (units >= 0x80) {
            return mergeLong(key, value);
        }
        return mergeOneWide(first, WideTable.second(second, length), value);
    }

    @Override
    public boolean mergeLong(String key, long value) throws Exception {
        Text text = utf8(key);
        return text != null && merge(text, value);
    }

    private boolean mergeOneShort(long key, long value) throws Exception {
        rows++;
        boolean merged = mergeShort(key, value);
        if (counted != null && merged) {
            counted.add(key, value);
        }
        return merged;
    }

    private boolean mergeOneWide(long first, long second, long value) throws Exception {
        rows++;
        boolean merged = mergeWide(first, second, value);
        if (counted != null && merged) {
            counted.add(first, second, value);
        }
        return merged;
    }

    @Override
    int merge(byte[] data, int[] offsets, long[] values, int from, int to) throws Exception {
        for (int row = from; row < to; row++) {
            int start = offsets[row];
            int length = offsets[row + 1] - start;
            Text key = Text.wrap(data, start, length);
            long value = values[row - from];
            boolean merged;
            if (isShort(key)) {
                merged = mergeShort(TextTable.shortKey(key.wordAt(0), length), value);
            } else if (isWide(key)) {
                merged = mergeWide(key.wordAt(0), WideTable.second(key.wordAt(8), length), value);
            } else {
                merged = mergeBytes(apart(key), value);
            }
            if (!merged) {
                return row;
            }
        }
        return to;
    }

    private boolean mergeWide(long first, long second, long value) throws Exception {
        int place = wide.find(first, second);
        if (wide.slots[place + 1] == 0) {
            add(place, first, second, value);
            return true;
        }
        return mergeAt(wide.slots, place + 2, value);
    }

    private boolean mergeBytes(Text key, long value) throws Exception {
        if (key.length() > TextTable.MOST_LENGTH) {
            return false;
        }
        long hash = TextTable.hash(key);
        int place = table.find(key, hash);
        if (table.slots[place] == 0) {
            add(place, key, hash, value);
            return true;
        }
        return mergeAt(table.slots, place + 1, value);
    }

    private boolean mergeShort(long key, long value) throws Exception {
        int place = table.find(key);
        if (table.slots[place] == 0) {
            add(place, key, value);
            return true;
        }
        return mergeAt(table.slots, place + 1, value);
    }

    private boolean mergeAt(long[] slots, int at, long value) throws Exception {
        ReduceFunction<Object> call = function;
        if (VALUE == Shape.Scalar.LONG) {
            if (!(call.call(box(slots[at]), box(value)) instanceof Long merged)) {
                return false;
            }
            slots[at] = merged;
        } else if (VALUE == Shape.Scalar.INT) {
            if (!(call.call(box((int) slots[at]), box((int) value)) instanceof Integer merged)) {
                return false;
            }
            slots[at] = merged;
        } else {
            if (!(call.call(box(Double.longBitsToDouble(slots[at])), box(Double.longBitsToDouble(value)))
                    instanceof Double merged)) {
                return false;
            }
            slots[at] = Double.doubleToRawLongBits(merged);
        }
        return true;
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
