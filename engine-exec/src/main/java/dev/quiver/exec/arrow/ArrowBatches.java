package dev.quiver.exec.arrow;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Column batches as messages of Arrow's IPC format, and back. Safe for many threads. Works on the heap: there is no
 * allocator to size and nothing to close, and damaged bytes meet bounds checks, never raw memory. It remembers schemas,
 * so one object should serve a whole process.
 *
 * <p>Int64, Int32, Int16, Int8 and the two floating-point types are the columns of that width; booleans are Bool,
 * characters UInt16, text and enum constants Utf8, byte arrays and opaque values Binary, lists and optionals List, arrays of
 * primitives List of an item that is never null, a day in 32 bits Date(DAY), a time of day Time(NANOSECOND). Fields are
 * named after the way to them: {@code key}, {@code value.price}, {@code value.seconds}, or {@code _1} where there is none.
 */
public final class ArrowBatches {
    private static final int MAX_REMEMBERED = 256;
    /** Leaves room in an array for what compression may add. */
    private static final long LARGEST_COMPRESSED = 2_000_000_000;

    private final Map<Shape, Written> written = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, BatchSchema> read = new ConcurrentHashMap<>();

    private record Written(BatchSchema schema, byte[] message) {}

    /**
     * The encapsulated Schema message of a batch, as in Arrow's stream format. Equal for all batches of one shape.
     *
     * @return shared: not to be changed
     */
    public byte[] schemaMessage(ColumnBatch batch) {
        return writtenFor(batch).message();
    }

    /**
     * The encapsulated RecordBatch message: prefix, metadata and body, a multiple of 8 bytes.
     *
     * @throws IllegalArgumentException if it would be 2 GiB or longer, or columns do not fit the shape
     */
    public byte[] batchMessage(ColumnBatch batch) {
        MessageBuffer message = new MessageBuffer();
        batchMessage(batch, message);
        return message.take();
    }

    /**
     * The same in memory that is used again.
     *
     * @param into borrowed; holds the message then
     */
    public void batchMessage(ColumnBatch batch, MessageBuffer into) {
        BatchSchema schema = writtenFor(batch).schema();
        BodyPlan plan = new BodyPlan(schema, batch);
        write(schema, plan, batch, Envelope.wrap(plan.metadata(plan.layout()), plan.bodyBytes(), into));
    }

    /**
     * The same with its buffers compressed, each for itself and only where it shrinks by a sixteenth. A body of about 2
     * GiB, which would not fit beside its compressed form, is written as it is. Takes twice the batch's bytes for the time
     * of the call.
     *
     * @throws IllegalArgumentException as above
     * @throws CodecUnavailable         if the codec's library does not load, see {@link BodyCodec#isAvailable}
     */
    public byte[] batchMessage(ColumnBatch batch, BodyCodec codec) {
        MessageBuffer message = new MessageBuffer();
        batchMessage(batch, codec, message);
        return message.take();
    }

    /**
     * The same in memory that is used again.
     *
     * @param into borrowed; holds the message then
     */
    public void batchMessage(ColumnBatch batch, BodyCodec codec, MessageBuffer into) {
        BatchSchema schema = writtenFor(batch).schema();
        BodyPlan plan = new BodyPlan(schema, batch);
        if (codec.equals(BodyCodec.NONE) || plan.bodyBytes() > LARGEST_COMPRESSED) {
            batchMessage(batch, into);
            return;
        }
        ByteBuffer plain = ByteBuffer.allocate((int) plan.bodyBytes()).order(ByteOrder.LITTLE_ENDIAN);
        write(schema, plan, batch, plain);
        CompressedBody.Packed packed = CompressedBody.of(plan.layout(), plain.array(), codec);
        Envelope.wrap(plan.metadata(packed.layout()), packed.layout().bytes(), into)
                .put(packed.bytes(), 0, (int) packed.layout().bytes());
    }

    /** Bytes of the body of a batch's message when it is not compressed; exact, and cheap to know. */
    public long bodyBytes(ColumnBatch batch) {
        return new BodyPlan(writtenFor(batch).schema(), batch).bodyBytes();
    }

    private static void write(BatchSchema schema, BodyPlan plan, ColumnBatch batch, ByteBuffer out) {
        BatchWriter writer = new BatchWriter(plan, out);
        for (int index = 0; index < schema.columns().size(); index++) {
            writer.write(schema.columns().get(index), batch.columns().get(index), batch.rows());
        }
    }

    /**
     * The shape of the batches that follow a Schema message.
     *
     * @throws CorruptBatch if the bytes are not a schema of this engine
     */
    public Shape shapeOf(byte[] schemaMessage) throws CorruptBatch {
        return readSchema(schemaMessage).shape();
    }

    /**
     * Reads a batch, compressed or not: the message says so.
     *
     * @param schemaMessage what {@link #schemaMessage} returned
     * @param batchMessage  from its position to its limit what {@link #batchMessage} returned, on or off the heap;
     *                      borrowed, its position is not moved
     * @throws CorruptBatch     if lengths, offsets or null counts do not fit the bytes, which is found before memory is
     *                          taken for them, or if compressed bytes do not restore to what the batch needs
     * @throws CodecUnavailable if the library that restores them does not load in this process
     */
    public ColumnBatch decode(byte[] schemaMessage, ByteBuffer batchMessage) throws CorruptBatch {
        return BatchReader.read(readSchema(schemaMessage), batchMessage);
    }

    private Written writtenFor(ColumnBatch batch) {
        Written known = written.get(batch.shape());
        if (known == null) {
            BatchSchema schema = BatchSchema.of(batch);
            known = new Written(schema, schema.toMessage());
            remember(written, batch.shape(), known);
        }
        return known;
    }

    private BatchSchema readSchema(byte[] message) throws CorruptBatch {
        BatchSchema known = read.get(ByteBuffer.wrap(message));
        if (known == null) {
            known = SchemaReader.read(message);
            remember(read, ByteBuffer.wrap(message.clone()), known);
        }
        return known;
    }

    /** Forgets everything when full: more shapes than that at a time are rare, and reading one again is cheap. */
    private static <K, V> void remember(Map<K, V> map, K key, V value) {
        if (map.size() >= MAX_REMEMBERED) {
            map.clear();
        }
        map.put(key, value);
    }
}
