package dev.quiver.block.wire;

import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.BlockFrames.Frame;
import dev.quiver.block.wire.BlockFrames.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads one answer from bytes that may be damaged. Belongs to one thread. */
public final class FrameReader {
    private static final int FIRST_BYTES = 1 << 20;

    private final DataInputStream in;
    private long left;
    private int frames;

    /**
     * @param in    borrowed
     * @param limit most payload bytes to accept in all
     */
    public FrameReader(InputStream in, long limit) {
        this.in = new DataInputStream(in);
        this.left = limit;
    }

    /** The first call. @throws MalformedBlock if this is no answer */
    public Answer start() throws IOException {
        if (in.readInt() != BlockFrames.MAGIC || in.readByte() != BlockFrames.VERSION) {
            throw new MalformedBlock("the answer does not start like a block of version 1");
        }
        int answer = in.readUnsignedByte();
        if (answer >= Answer.values().length) {
            throw new MalformedBlock("the unknown answer " + answer + " to a request for a block");
        }
        return Answer.values()[answer];
    }

    /**
     * The next frame, or null when the end was reached and nothing is missing.
     *
     * @throws MalformedBlock       if bytes are damaged
     * @throws BlockTooLarge        if there are more than the limit
     * @throws java.io.EOFException if the stream stops before the end
     */
    public Frame next() throws IOException {
        int number = in.readUnsignedByte();
        int length = in.readInt();
        int checksum = in.readInt();
        if (number < 1 || number > Kind.values().length || length < 0) {
            throw new MalformedBlock("frame " + frames + " of a block has kind " + number + " and length " + length);
        }
        if (length > left) {
            throw new BlockTooLarge("it is larger than quiver.block.fetch.maxSize: frame " + frames + " has " + length
                    + " bytes where " + left + " are left");
        }
        left -= length;
        byte[] payload = read(length);
        if (BlockFrames.checksum(ByteBuffer.wrap(payload)) != checksum) {
            throw new MalformedBlock("frame " + frames + " of a block, " + length + " bytes, has a wrong checksum");
        }
        Kind kind = Kind.values()[number - 1];
        if (kind == Kind.END) {
            if (length != 4 || ByteBuffer.wrap(payload).getInt() != frames) {
                throw new MalformedBlock("a block ends after " + frames + " frames, which is not what was sent");
            }
            return null;
        }
        frames++;
        return new Frame(kind, payload);
    }

    /** Takes memory as bytes arrive, not as they are promised. */
    private byte[] read(int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_BYTES)];
        in.readFully(bytes);
        while (bytes.length < length) {
            int from = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * from));
            in.readFully(bytes, from, bytes.length - from);
        }
        return bytes;
    }
}
