package dev.quiver.block.wire;

import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is asked: one block, by numbers only, so that no request can name a path. All numbers are big-endian.
 *
 * <pre>
 * request := 02 | int16 length | host as UTF-8 | block
 * block   := 01 | int32 dataset | int32 partition                                  a cached partition
 *          | 02 | int64 broadcast | int32 chunk                                    a chunk of a broadcast value
 *          | 03 | int32 stage | int32 epoch | int32 partition | int32 attempt      a task's result
 *          | 04 | int32 dataset | int32 partition                                  a slice of a collection
 * </pre>
 *
 * @param block what is asked for
 * @param host  identity of the host of whoever asks: a process on the same one may say where the block lies instead of
 *              sending it; empty when it is to be sent
 */
public record BlockRequest(BlockId block, String host) {
    private static final byte VERSION = 2;
    private static final byte CACHED = 1;
    private static final byte BROADCAST = 2;
    private static final byte RESULT = 3;
    private static final byte SLICE = 4;
    private static final int LONGEST_BLOCK = 17;
    private static final int LONGEST_HOST = 512;

    /** Whether it comes from a process that sees the files of this host, whose identity this is. */
    public boolean isFrom(String thisHost) {
        return !host.isEmpty() && host.equals(thisHost);
    }

    public ByteBuffer encode() {
        byte[] name = host.getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_HOST) {
            throw new IllegalArgumentException("the identity of a host has " + name.length + " bytes");
        }
        ByteBuffer out = ByteBuffer.allocate(3 + name.length + LONGEST_BLOCK)
                .put(VERSION)
                .putShort((short) name.length)
                .put(name);
        if (block instanceof BlockId.CachedPartition cached) {
            out.put(CACHED).putInt(cached.dataset().value()).putInt(cached.partition());
        } else if (block instanceof BlockId.BroadcastChunk chunk) {
            out.put(BROADCAST).putLong(chunk.broadcast().value()).putInt(chunk.chunk());
        } else if (block instanceof BlockId.TaskResult result) {
            TaskAttempt task = result.task();
            out.put(RESULT)
                    .putInt(task.stage().stage().value())
                    .putInt(task.stage().epoch())
                    .putInt(task.partition())
                    .putInt(task.attempt());
        } else if (block instanceof BlockId.CollectionSlice slice) {
            out.put(SLICE).putInt(slice.dataset().value()).putInt(slice.partition());
        }
        return out.flip();
    }

    /** @throws MalformedBlock if the bytes are not exactly one request */
    public static BlockRequest decode(ByteBuffer bytes) throws MalformedBlock {
        ByteBuffer in = bytes.slice();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedBlock("a block was asked for in version " + version + ", this process speaks 2");
            }
            int length = in.getShort();
            if (length < 0 || length > LONGEST_HOST) {
                throw new MalformedBlock("a request for a block names a host of " + length + " bytes");
            }
            byte[] host = new byte[length];
            in.get(host);
            BlockId block = block(in.get(), in);
            if (in.hasRemaining()) {
                throw new MalformedBlock("a request for a block has " + in.remaining() + " bytes too many");
            }
            return new BlockRequest(block, new String(host, StandardCharsets.UTF_8));
        } catch (BufferUnderflowException truncated) {
            throw new MalformedBlock("a request for a block is cut short at " + bytes.remaining() + " bytes");
        }
    }

    private static BlockId block(byte kind, ByteBuffer in) throws MalformedBlock {
        switch (kind) {
            case CACHED:
                return new BlockId.CachedPartition(new DatasetId(number(in)), number(in));
            case BROADCAST:
                long broadcast = in.getLong();
                if (broadcast < 0) {
                    throw new MalformedBlock("a request for a block holds the negative number " + broadcast);
                }
                return new BlockId.BroadcastChunk(new BroadcastId(broadcast), number(in));
            case RESULT:
                StageAttempt stage = new StageAttempt(new StageId(number(in)), number(in));
                return new BlockId.TaskResult(new TaskAttempt(stage, number(in), number(in)));
            case SLICE:
                return new BlockId.CollectionSlice(new DatasetId(number(in)), number(in));
            default:
                throw new MalformedBlock("a block of the unknown kind " + kind + " was asked for");
        }
    }

    private static int number(ByteBuffer in) throws MalformedBlock {
        int value = in.getInt();
        if (value < 0) {
            throw new MalformedBlock("a request for a block holds the negative number " + value);
        }
        return value;
    }
}
