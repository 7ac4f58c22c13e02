package dev.quiver.exec.arrow;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Reads a RecordBatch message from bytes that may be damaged or hostile. Nothing is allocated before the buffer it is
 * filled from was found inside the body and long enough, and buffers may not add up to more than the body: a message
 * costs at most a small multiple of its own length, and a compressed one of what {@link BodyLayout#mayHold} allows.
 */
final class BatchReader {
    private final RecordBatch header;
    private final BufferReader buffers;
    private final FieldNode node = new FieldNode();
    private int nextNode;

    /** @param buffers borrowed */
    private BatchReader(RecordBatch header, BufferReader buffers) {
        this.header = header;
        this.buffers = buffers;
    }

    static ColumnBatch read(BatchSchema schema, ByteBuffer message) throws CorruptBatch {
        try {
            Envelope.Opened opened = Envelope.open(message, MessageHeader.RecordBatch);
            RecordBatch header = (RecordBatch) opened.message().header(new RecordBatch());
            if (header == null || header.variadicBufferCountsLength() != 0) {
                throw new CorruptBatch("a record batch without header, or with buffers of an unknown kind");
            }
            if (header.nodesLength() != schema.nodes() || header.buffersLength() != schema.buffers()) {
                throw new CorruptBatch("a record batch of " + header.nodesLength() + " nodes and "
                        + header.buffersLength() + " buffers does not match its schema of " + schema.nodes() + " and "
                        + schema.buffers());
            }
            int rows = count(header.length(), "rows");
            try (BufferReader buffers = BufferReader.open(header, opened.body())) {
                BatchReader reader = new BatchReader(header, buffers);
                return new ColumnBatch(schema.shape(), rows, reader.columns(schema.columns(), rows));
            }
        } catch (CodecUnavailable nothingWrongWithTheBytes) {
            throw nothingWrongWithTheBytes;
        } catch (RuntimeException malformed) {
            throw new CorruptBatch("a record batch of " + message.remaining() + " bytes is malformed", malformed);
        }
    }

    private List<Column> columns(List<ColumnType> types, int rows) throws CorruptBatch {
        List<Column> columns = new ArrayList<>(types.size());
        for (ColumnType type : types) {
            columns.add(column(type, rows));
        }
        return columns;
    }

    private Column column(ColumnType type, int rows) throws CorruptBatch {
        long[] nulls = nulls(type, rows);
        switch (type.layout()) {
            case LONGS: {
                ByteBuffer data = data(type, 8L * rows);
                long[] values = new long[rows];
                data.asLongBuffer().get(values);
                return new Column.Longs(values, nulls);
            }
            case INTS:
                return new Column.Ints(ints(type, rows), nulls);
            case SHORTS: {
                ByteBuffer data = data(type, 2L * rows);
                short[] values = new short[rows];
                data.asShortBuffer().get(values);
                return new Column.Shorts(values, nulls);
            }
            case DOUBLES: {
                ByteBuffer data = data(type, 8L * rows);
                double[] values = new double[rows];
                data.asDoubleBuffer().get(values);
                return new Column.Doubles(values, nulls);
            }
            case FLOATS: {
                ByteBuffer data = data(type, 4L * rows);
                float[] values = new float[rows];
                data.asFloatBuffer().get(values);
                return new Column.Floats(values, nulls);
            }
            case BYTES:
                return new Column.Bytes(buffers.nextBytes(type.name(), rows), nulls);
            case BITS:
                return new Column.Bytes(bits(data(type, (rows + 7L) >>> 3), rows), nulls);
            case SLICES: {
                int[] offsets = offsets(type, rows);
                return new Column.Slices(buffers.nextBytes(type.name(), offsets[rows]), offsets, nulls);
            }
            case LIST:
                return list(type, rows, nulls);
            default:
                throw new CorruptBatch("a struct stands outside a list");
        }
    }

    private Column list(ColumnType type, int rows, long[] nulls) throws CorruptBatch {
        int[] offsets = offsets(type, rows);
        int elements = offsets[rows];
        if (type.hasStruct() && nulls(type.children().get(0), elements) != null) {
            throw new CorruptBatch("a struct inside list '" + type.name() + "' has nulls of its own");
        }
        List<Column> columns = columns(type.elementColumns(), elements);
        return new Column.Lists(offsets, new ColumnBatch(type.elements(), elements, columns), nulls);
    }

    /** Reads node and validity bits; Arrow's are set where a row is valid. */
    private long[] nulls(ColumnType type, int rows) throws CorruptBatch {
        header.nodes(node, nextNode++);
        if (count(node.length(), type.name()) != rows) {
            throw new CorruptBatch("column '" + type.name() + "' has " + node.length() + " rows of " + rows);
        }
        int promised = count(node.nullCount(), "nulls");
        if (promised == 0) {
            data(type, 0);
            return null;
        }
        if (!type.nullable()) {
            throw new CorruptBatch(
                    "column '" + type.name() + "' has " + promised + " nulls where its schema allows none");
        }
        ByteBuffer bits = data(type, (rows + 7L) >>> 3);
        long[] nulls = new long[(rows + 63) >>> 6];
        int whole = rows >>> 6;
        for (int word = 0; word < whole; word++) {
            nulls[word] = ~bits.getLong();
        }
        int left = rows & 63;
        if (left > 0) {
            long valid = 0;
            for (int shift = 0; shift < left; shift += 8) {
                valid |= (bits.get() & 0xFFL) << shift;
            }
            nulls[whole] = ~valid & (1L << left) - 1;
        }
        if (NullBits.count(nulls, rows) != promised) {
            throw new CorruptBatch(
                    "column '" + type.name() + "' has other nulls than the " + promised + " it promises");
        }
        return nulls;
    }

    private int[] offsets(ColumnType type, int rows) throws CorruptBatch {
        int[] offsets = ints(type, rows + 1L);
        int smallest = offsets[0];
        for (int offset : offsets) {
            if (offset < smallest) {
                throw new CorruptBatch("offsets of column '" + type.name() + "' go back, or are negative");
            }
            smallest = offset;
        }
        if (offsets[0] != 0) {
            throw new CorruptBatch("offsets of column '" + type.name() + "' start at " + offsets[0] + ", not at 0");
        }
        return offsets;
    }

    private int[] ints(ColumnType type, long count) throws CorruptBatch {
        ByteBuffer data = data(type, 4 * count);
        int[] values = new int[(int) count];
        data.asIntBuffer().get(values);
        return values;
    }

    private static byte[] bits(ByteBuffer data, int rows) {
        byte[] values = new byte[rows];
        int start = data.position();
        for (int row = 0; row < rows; row++) {
            values[row] = (byte) (data.get(start + (row >>> 3)) >>> (row & 7) & 1);
        }
        return values;
    }

    private ByteBuffer data(ColumnType type, long needed) throws CorruptBatch {
        return buffers.next(type.name(), needed);
    }

    private static int count(long value, String what) throws CorruptBatch {
        if (value < 0 || value > Integer.MAX_VALUE - 8) {
            throw new CorruptBatch("a record batch counts " + value + " " + what);
        }
        return (int) value;
    }
}
