package dev.quiver.exec.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.quiver.exec.arrow.ColumnType.Layout;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/** Where each buffer of a record batch goes, known before a byte of the body is written. */
final class BodyPlan {
    private final int rows;
    private final long[] nodeLengths;
    private final long[] nodeNulls;
    private final long[] bufferOffsets;
    private final long[] bufferLengths;
    private int nodes;
    private int buffers;
    private long bodyBytes;

    BodyPlan(BatchSchema schema, ColumnBatch batch) {
        this.rows = batch.rows();
        nodeLengths = new long[schema.nodes()];
        nodeNulls = new long[nodeLengths.length];
        bufferOffsets = new long[schema.buffers()];
        bufferLengths = new long[bufferOffsets.length];
        for (int index = 0; index < schema.columns().size(); index++) {
            add(schema.columns().get(index), batch.columns().get(index), rows);
        }
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** The body as {@link BatchWriter} writes it. */
    BodyLayout layout() {
        return new BodyLayout(BodyCodec.NONE, bufferOffsets, bufferLengths, bodyBytes);
    }

    long bufferOffset(int buffer) {
        return bufferOffsets[buffer];
    }

    long bufferLength(int buffer) {
        return bufferLengths[buffer];
    }

    private void add(ColumnType type, Column column, int count) {
        int nulls = NullBits.count(column.nulls(), count);
        node(count, nulls);
        // A column without nulls needs no validity bits: Arrow lets the buffer be empty.
        buffer(nulls == 0 ? 0 : (count + 7L) >>> 3);
        if (type.layout() == Layout.SLICES) {
            int[] offsets = ((Column.Slices) column).offsets();
            buffer(4 * (count + 1L));
            buffer(offsets[count] - offsets[0]);
        } else if (type.layout() == Layout.LIST) {
            addList(type, (Column.Lists) column, count);
        } else if (type.layout() == Layout.BITS) {
            buffer((count + 7L) >>> 3);
        } else {
            buffer((long) type.layout().width * count);
        }
    }

    private void addList(ColumnType type, Column.Lists lists, int count) {
        buffer(4 * (count + 1L));
        int elements = lists.offsets()[count];
        if (type.hasStruct()) {
            node(elements, 0);
            buffer(0);
        }
        for (int index = 0; index < type.elementColumns().size(); index++) {
            add(type.elementColumns().get(index), lists.elements().columns().get(index), elements);
        }
    }

    private void node(int length, int nulls) {
        nodeLengths[nodes] = length;
        nodeNulls[nodes++] = nulls;
    }

    private void buffer(long length) {
        bufferOffsets[buffers] = bodyBytes;
        bufferLengths[buffers++] = length;
        bodyBytes += Envelope.pad(length);
    }

    /** The message's metadata, for a body that lies as planned or was compressed. Flatbuffers are built back to front. */
    ByteBuffer metadata(BodyLayout layout) {
        FlatBufferBuilder builder = new FlatBufferBuilder(128 + 16 * (nodes + buffers));
        RecordBatch.startNodesVector(builder, nodes);
        for (int node = nodes - 1; node >= 0; node--) {
            FieldNode.createFieldNode(builder, nodeLengths[node], nodeNulls[node]);
        }
        int nodeVector = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers);
        for (int buffer = buffers - 1; buffer >= 0; buffer--) {
            Buffer.createBuffer(builder, layout.offsets()[buffer], layout.lengths()[buffer]);
        }
        int bufferVector = builder.endVector();
        int compression = layout.codec().equals(BodyCodec.NONE)
                ? 0
                : BodyCompression.createBodyCompression(
                        builder, layout.codec().arrowType(), BodyCompressionMethod.BUFFER);
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodeVector);
        RecordBatch.addBuffers(builder, bufferVector);
        if (compression != 0) {
            RecordBatch.addCompression(builder, compression);
        }
        int batch = RecordBatch.endRecordBatch(builder);
        return MessageSerializer.serializeMessage(
                builder, MessageHeader.RecordBatch, batch, layout.bytes(), IpcOption.DEFAULT);
    }
}
