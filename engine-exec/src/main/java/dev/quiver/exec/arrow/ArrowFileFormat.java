package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an Arrow file holds around its messages, so that any Arrow implementation opens it. All of its batches have one
 * schema. Bytes between the messages do no harm: readers follow the footer.
 *
 * <pre>
 * "ARROW1" 00 00 | schema message | batch messages | FF FF FF FF 00 00 00 00 | footer | int32 its length | "ARROW1"
 * </pre>
 *
 * The footer repeats the schema, lists the batches, and has room for texts under names, its custom metadata.
 */
public final class ArrowFileFormat {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /** Length of {@link #head()}, and where the schema message starts. */
    public static final int HEAD_BYTES = 8;

    /** Length of {@link #endOfStream()}. */
    public static final int END_OF_STREAM_BYTES = 8;

    /** What a file ends with: the footer's length, and the magic. */
    public static final int TRAILER_BYTES = 4 + 6;

    /**
     * One batch message in a file.
     *
     * @param offset    from the start of the file, a multiple of 8
     * @param headBytes length of the message without its body
     * @param bodyBytes length of its body
     */
    public record Block(long offset, int headBytes, long bodyBytes) {
        public Block {
            if (offset < HEAD_BYTES || offset % 8 != 0) {
                throw new IllegalArgumentException("a message at " + offset + " is not aligned to 8 bytes");
            }
        }
    }

    /**
     * What a footer says.
     *
     * @param batches  in the order in which readers see them
     * @param metadata texts under names
     */
    public record Summary(List<Block> batches, Map<String, String> metadata) {
        public Summary {
            batches = List.copyOf(batches);
            metadata = Map.copyOf(metadata);
        }
    }

    private ArrowFileFormat() {}

    /** What a file starts with. */
    public static byte[] head() {
        return Arrays.copyOf(MAGIC, HEAD_BYTES);
    }

    /** What stands between the last message and the footer. */
    public static byte[] endOfStream() {
        return new byte[] {-1, -1, -1, -1, 0, 0, 0, 0};
    }

    /**
     * A batch message as the footer lists it.
     *
     * @param offset  where in the file it was or will be written
     * @param message from {@link ArrowBatches#batchMessage}
     * @throws CorruptBatch if it is not one
     */
    public static Block block(long offset, byte[] message) throws CorruptBatch {
        return block(offset, message, message.length);
    }

    /** The same of a message of this length at the start of an array. */
    public static Block block(long offset, byte[] bytes, int length) throws CorruptBatch {
        int head = Envelope.headBytes(ByteBuffer.wrap(bytes, 0, length));
        return new Block(offset, head, length - head);
    }

    /** What follows the last message in a file without metadata: {@link #tail(byte[], List, Map)}. */
    public static byte[] tail(byte[] schemaMessage, List<Block> batches) throws CorruptBatch {
        return tail(schemaMessage, batches, Map.of());
    }

    /**
     * What follows the last message: end of stream, footer and magic.
     *
     * @param schemaMessage from {@link ArrowBatches#schemaMessage}, as it was written at {@link #HEAD_BYTES}
     * @param batches       in the order in which readers shall see them
     * @param metadata      texts under names, for the footer
     * @throws CorruptBatch if the first is not a schema
     */
    public static byte[] tail(byte[] schemaMessage, List<Block> batches, Map<String, String> metadata)
            throws CorruptBatch {
        Schema schema = schema(schemaMessage);
        List<ArrowBlock> blocks = new ArrayList<>(batches.size());
        for (Block batch : batches) {
            blocks.add(new ArrowBlock(batch.offset(), batch.headBytes(), batch.bodyBytes()));
        }
        ByteBuffer footer = WriteChannel.serialize(new ArrowFooter(schema, List.of(), blocks, metadata));
        int length = footer.remaining();
        return ByteBuffer.allocate(END_OF_STREAM_BYTES + length + TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(endOfStream())
                .put(footer)
                .putInt(length)
                .put(MAGIC)
                .array();
    }

    /**
     * The length of the footer, as the last bytes of a file say.
     *
     * @param trailer the last {@link #TRAILER_BYTES} bytes
     * @throws CorruptBatch if they do not end an Arrow file
     */
    public static int footerBytes(byte[] trailer) throws CorruptBatch {
        int length = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (!Arrays.equals(trailer, 4, TRAILER_BYTES, MAGIC, 0, MAGIC.length) || length <= 0) {
            throw new CorruptBatch("it does not end as an Arrow file does: it was cut short, or is not complete yet");
        }
        return length;
    }

    /**
     * Reads a footer.
     *
     * @param footer        its bytes, as many as {@link #footerBytes} says
     * @param schemaMessage as it stands at {@link #HEAD_BYTES}
     * @throws CorruptBatch if it is none, or has another schema
     */
    public static Summary footer(byte[] footer, byte[] schemaMessage) throws CorruptBatch {
        Schema schema = schema(schemaMessage);
        try {
            ArrowFooter parsed = new ArrowFooter(Footer.getRootAsFooter(ByteBuffer.wrap(footer)));
            List<Block> blocks = new ArrayList<>();
            for (ArrowBlock block : parsed.getRecordBatches()) {
                blocks.add(new Block(block.getOffset(), block.getMetadataLength(), block.getBodyLength()));
            }
            if (parsed.getSchema().equals(schema)) {
                return new Summary(blocks, parsed.getMetaData());
            }
        } catch (RuntimeException malformed) {
            throw new CorruptBatch("its footer of " + footer.length + " bytes is malformed", malformed);
        }
        throw new CorruptBatch("its footer has another schema than its head");
    }

    private static Schema schema(byte[] message) throws CorruptBatch {
        try {
            return MessageSerializer.deserializeSchema(Envelope.open(ByteBuffer.wrap(message), MessageHeader.Schema)
                    .message());
        } catch (RuntimeException malformed) {
            throw new CorruptBatch("its schema message of " + message.length + " bytes is malformed", malformed);
        }
    }
}
