package dev.quiver.exec.arrow;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ShapeCodec;
import dev.quiver.shape.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Shape and column types of batches, as they stand in a Schema message. */
record BatchSchema(Shape shape, List<ColumnType> columns) {
    /** Where the shape travels in the schema's custom metadata. */
    static final String SHAPE_KEY = "quiver.shape";

    static BatchSchema of(ColumnBatch batch) {
        return new BatchSchema(batch.shape(), ColumnType.ofColumns(batch));
    }

    /** The encapsulated message. */
    byte[] toMessage() {
        List<Field> fields = new ArrayList<>(columns.size());
        for (ColumnType column : columns) {
            fields.add(column.toField());
        }
        Schema schema = new Schema(fields, Map.of(SHAPE_KEY, ShapeCodec.toText(shape)));
        ByteBuffer metadata = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
        MessageBuffer message = new MessageBuffer();
        Envelope.wrap(metadata, 0, message);
        return message.take();
    }

    int nodes() {
        int count = 0;
        for (ColumnType column : columns) {
            count += column.nodes();
        }
        return count;
    }

    int buffers() {
        int count = 0;
        for (ColumnType column : columns) {
            count += column.buffers();
        }
        return count;
    }
}
