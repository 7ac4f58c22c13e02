package dev.quiver.exec.arrow;

import dev.quiver.exec.column.Column;
import java.nio.ByteBuffer;

/**
 * Writes the body of one record batch: the buffers of every column, each padded to 8 bytes, at the offsets {@link
 * BodyPlan} gave them.
 */
final class BatchWriter {
    private final BodyPlan plan;
    private final ByteBuffer out;
    private final int base;
    private int next;

    /** @param out little-endian, over an array, with anything in it, positioned at the start of the body */
    BatchWriter(BodyPlan plan, ByteBuffer out) {
        this.plan = plan;
        this.out = out;
        this.base = out.position();
    }

    void write(ColumnType type, Column column, int rows) {
        writeValidity(column.nulls(), rows);
        switch (type.layout()) {
            case LONGS -> buffer().asLongBuffer().put(((Column.Longs) column).values(), 0, rows);
            case INTS -> buffer().asIntBuffer().put(((Column.Ints) column).values(), 0, rows);
            case SHORTS -> buffer().asShortBuffer().put(((Column.Shorts) column).values(), 0, rows);
            case BYTES -> buffer().put(((Column.Bytes) column).values(), 0, rows);
            case BITS -> writeBits(((Column.Bytes) column).values(), rows);
            case DOUBLES -> buffer().asDoubleBuffer().put(((Column.Doubles) column).values(), 0, rows);
            case FLOATS -> buffer().asFloatBuffer().put(((Column.Floats) column).values(), 0, rows);
            case SLICES -> writeSlices((Column.Slices) column, rows);
            case LIST -> writeList(type, (Column.Lists) column, rows);
            default -> throw new IllegalStateException("a struct stands inside lists only");
        }
    }

    /** The next buffer of the plan, its padding zeroed. All else of it is to be written. */
    private ByteBuffer buffer() {
        int start = base + (int) plan.bufferOffset(next);
        int padded = (int) Envelope.pad(plan.bufferLength(next++));
        if (padded > 0) {
            out.putLong(start + padded - Long.BYTES, 0);
        }
        return out.position(start);
    }

    /** Arrow sets the bit of a valid row where the engine sets that of a null. */
    private void writeValidity(long[] nulls, int rows) {
        boolean absent = plan.bufferLength(next) == 0;
        ByteBuffer target = buffer();
        if (absent) {
            return;
        }
        int whole = rows >>> 6;
        for (int word = 0; word < whole; word++) {
            target.putLong(~nulls[word]);
        }
        int left = rows & 63;
        if (left > 0) {
            long bits = ~nulls[whole] & (1L << left) - 1;
            for (int shift = 0; shift < left; shift += 8) {
                target.put((byte) (bits >>> shift));
            }
        }
    }

    private void writeBits(byte[] values, int rows) {
        ByteBuffer target = buffer();
        int row = 0;
        for (; row + 8 <= rows; row += 8) {
            target.put((byte) (bit(values[row])
                    | bit(values[row + 1]) << 1
                    | bit(values[row + 2]) << 2
                    | bit(values[row + 3]) << 3
                    | bit(values[row + 4]) << 4
                    | bit(values[row + 5]) << 5
                    | bit(values[row + 6]) << 6
                    | bit(values[row + 7]) << 7));
        }
        int last = 0;
        for (int shift = 0; row < rows; row++, shift++) {
            last |= bit(values[row]) << shift;
        }
        if ((rows & 7) != 0) {
            target.put((byte) last);
        }
    }

    private static int bit(byte value) {
        return value == 0 ? 0 : 1;
    }

    private void writeSlices(Column.Slices slices, int rows) {
        int[] offsets = slices.offsets();
        int first = offsets[0];
        ByteBuffer target = buffer();
        if (first == 0) {
            target.asIntBuffer().put(offsets, 0, rows + 1);
        } else {
            for (int row = 0; row <= rows; row++) {
                target.putInt(offsets[row] - first);
            }
        }
        buffer().put(slices.data(), first, offsets[rows] - first);
    }

    private void writeList(ColumnType type, Column.Lists lists, int rows) {
        buffer().asIntBuffer().put(lists.offsets(), 0, rows + 1);
        if (type.hasStruct()) {
            next++;
        }
        int elements = lists.offsets()[rows];
        for (int index = 0; index < type.elementColumns().size(); index++) {
            write(type.elementColumns().get(index), lists.elements().columns().get(index), elements);
        }
    }
}
