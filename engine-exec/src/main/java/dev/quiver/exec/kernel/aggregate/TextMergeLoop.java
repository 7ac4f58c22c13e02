package dev.quiver.exec.kernel.aggregate;

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
    public boolean mergeShort(long bytes, int length, long value) throws Exception {
        return mergeOneShort(TextTable.shortKey(bytes, length), value);
    }

    @Override
    public boolean mergeWide(long first, long second, int length, long value) throws Exception {
        return mergeOneWide(first, WideTable.second(second, length), value);
    }

    @Override
    public boolean mergeLong(int length, long value) throws Exception {
        rows++;
        boolean merged = mergeBytes(length, value);
        if (counted != null && merged) {
            counted.add(scratch, length, value);
        }
        return merged;
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
        int length = utf8(key);
        if (length < 0) {
            return false;
        }
        if (isShort(length)) {
            return mergeShort(TextTable.word(scratch, 0, length), length, value);
        }
        return isWide(length)
                ? mergeWide(
                        TextTable.word(scratch, 0, length),
                        TextTable.word(scratch, Long.BYTES, length - Long.BYTES),
                        length,
                        value)
                : mergeLong(length, value);
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
            long value = values[row - from];
            boolean merged;
            if (isShort(length)) {
                merged = mergeShort(TextTable.shortKey(TextTable.word(data, start, length), length), value);
            } else if (isWide(length)) {
                long second = TextTable.word(data, start + Long.BYTES, length - Long.BYTES);
                merged = mergeWide(TextTable.word(data, start, length), WideTable.second(second, length), value);
            } else {
                merged = isLong(length) && mergeBytes(data, start, length, value);
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

    private boolean mergeBytes(byte[] data, int start, int length, long value) throws Exception {
        System.arraycopy(data, start, room(length), 0, length);
        return mergeBytes(length, value);
    }

    /** The key is in the first bytes of {@link #scratch}. */
    private boolean mergeBytes(int length, long value) throws Exception {
        pad(length);
        long hash = TextTable.hash(scratch, 0, length);
        int place = table.find(scratch, length, hash);
        if (table.slots[place] == 0) {
            add(place, length, hash, value);
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
