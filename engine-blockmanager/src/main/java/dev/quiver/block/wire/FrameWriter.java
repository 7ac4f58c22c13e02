package dev.quiver.block.wire;

import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.BlockFrames.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** Writes one answer. Belongs to one thread. */
public final class FrameWriter {
    private final FrameSink sink;
    private int frames;

    public FrameWriter(FrameSink sink) {
        this.sink = sink;
    }

    /** The first call: what follows. After {@code NOT_FOUND} nothing does. */
    public void start(Answer answer) throws IOException {
        sink.send(ByteBuffer.allocate(BlockFrames.START_BYTES)
                .putInt(BlockFrames.MAGIC)
                .put(BlockFrames.VERSION)
                .put((byte) answer.ordinal())
                .flip());
    }

    public void schema(byte[] message) throws IOException {
        frame(Kind.SCHEMA, ByteBuffer.wrap(message));
    }

    public void batch(byte[] message) throws IOException {
        frame(Kind.BATCH, ByteBuffer.wrap(message));
    }

    /** @param message borrowed, from its position to its limit */
    public void batch(ByteBuffer message) throws IOException {
        frame(Kind.BATCH, message);
    }

    /** A batch that lies in a file. @param checksum taken when it was written there */
    public void batch(FileChannel file, long offset, int length, int checksum) throws IOException {
        header(Kind.BATCH, length, checksum);
        sink.send(file, offset, length);
    }

    /** A file of batches of the last schema. */
    public void file(FilePlaces.File file) throws IOException {
        frame(Kind.FILE, file.encode());
    }

    /** Where all batches lie, in order. */
    public void places(List<FilePlaces.Place> places) throws IOException {
        for (int from = 0; from < places.size(); from += FilePlaces.MOST) {
            int to = Math.min(places.size(), from + FilePlaces.MOST);
            frame(Kind.PLACES, FilePlaces.encode(places.subList(from, to)));
        }
    }

    /** Any number of bytes, in as many frames as they need. */
    public void bytes(ByteBuffer bytes) throws IOException {
        for (int from = bytes.position(); from < bytes.limit(); from += BlockFrames.PIECE) {
            frame(Kind.BYTES, bytes.slice(from, Math.min(BlockFrames.PIECE, bytes.limit() - from)));
        }
    }

    /** The last call. */
    public void end() throws IOException {
        frame(Kind.END, ByteBuffer.allocate(4).putInt(0, frames));
    }

    private void frame(Kind kind, ByteBuffer payload) throws IOException {
        header(kind, payload.remaining(), BlockFrames.checksum(payload));
        sink.send(payload);
    }

    private void header(Kind kind, int length, int checksum) throws IOException {
        frames++;
        sink.send(ByteBuffer.allocate(BlockFrames.HEADER_BYTES)
                .put((byte) (kind.ordinal() + 1))
                .putInt(length)
                .putInt(checksum)
                .flip());
    }
}
