package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
 */
public final class ArrowFileFormat {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /** Length of {@link #head()}, and where the schema message starts. */
    public static final int HEAD_BYTES = 8;

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

    private ArrowFileFormat() {}

    /** What a file starts with. */
    public static byte[] head() {
        return java.util.Arrays.copyOf(MAGIC, HEAD_BYTES);
    }

    /**
     * A batch message as the footer lists it.
     *
     * @param offset  where in the file it was or will be written
     * @param message from {@link ArrowBatches#batchMessage}
     * @throws CorruptBatch if it is not one
     */
    public static Block block(long offset, byte[] message) throws CorruptBatch {
        int head = Envelope.headBytes(ByteBuffer.wrap(message));
        return new Block(offset, head, message.length - head);
    }

    /**
     * What follows the last message: end of stream, footer and magic.
     *
     * @param schemaMessage from {@link ArrowBatches#schemaMessage}, as it was written at {@link #HEAD_BYTES}
     * @param batches       in the order in which readers shall see them
     * @throws CorruptBatch if the first is not a schema
     */
    public static byte[] tail(byte[] schemaMessage, List<Block> batches) throws CorruptBatch {
        Schema schema =
                MessageSerializer.deserializeSchema(Envelope.open(ByteBuffer.wrap(schemaMessage), MessageHeader.Schema)
                        .message());
        List<ArrowBlock> blocks = new ArrayList<>(batches.size());
        for (Block batch : batches) {
            blocks.add(new ArrowBlock(batch.offset(), batch.headBytes(), batch.bodyBytes()));
        }
        ByteBuffer footer = WriteChannel.serialize(new ArrowFooter(schema, List.of(), blocks));
        int length = footer.remaining();
        return ByteBuffer.allocate(8 + length + 4 + MAGIC.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xFFFFFFFF)
                .putInt(0)
                .put(footer)
                .putInt(length)
                .put(MAGIC)
                .array();
    }
}
