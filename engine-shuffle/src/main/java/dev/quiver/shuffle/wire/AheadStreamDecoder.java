package dev.quiver.shuffle.wire;

import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads an {@link AheadStream} from pieces cut anywhere. A length that is announced is believed only as its bytes arrive,
 * and only up to a bound. One thread at a time.
 */
public final class AheadStreamDecoder {
    /** Takes what was read. */
    public interface Partitions {
        /** A partition arrived whole: its chunk stream, which nothing but the frame was checked of. */
        void arrived(int reducePartition, byte[] chunks);
    }

    private final Partitions partitions;
    private final int mostBytes;
    private byte[] pending = new byte[AheadStream.FRAME_HEAD];
    private int filled;
    private int goal = AheadStream.FRAME_HEAD;
    private boolean ended;

    /** @param mostBytes no frame is longer */
    public AheadStreamDecoder(Partitions partitions, int mostBytes) {
        this.partitions = partitions;
        this.mostBytes = mostBytes;
    }

    /**
     * Takes the next bytes.
     *
     * @param piece borrowed; its position moves to its limit
     * @throws MalformedMessage if the bytes are no such stream; nothing after this call is of use
     */
    public void feed(ByteBuffer piece) {
        while (piece.hasRemaining()) {
            if (ended) {
                throw new MalformedMessage(piece.remaining() + " bytes after the end of partitions read ahead");
            }
            int count = Math.min(piece.remaining(), goal - filled);
            if (pending.length - filled < count) {
                long doubled = Math.max(2L * pending.length, (long) filled + count);
                pending = Arrays.copyOf(pending, (int) Math.min(goal, doubled));
            }
            piece.get(pending, filled, count);
            filled += count;
            if (filled == goal) {
                advance();
            }
        }
    }

    /** Whether the last frame was read. */
    public boolean isEnded() {
        return ended;
    }

    private void advance() {
        if (goal == AheadStream.FRAME_HEAD) {
            int length = new WireInput(ByteBuffer.wrap(pending, 0, goal)).readInt();
            if (length < 0 || length > mostBytes) {
                throw new MalformedMessage("a partition read ahead announces " + length + " bytes");
            }
            goal += length + AheadStream.FRAME_TAIL;
            return;
        }
        int end = filled - AheadStream.FRAME_TAIL;
        CRC32C crc = new CRC32C();
        crc.update(pending, 0, end);
        if (new WireInput(ByteBuffer.wrap(pending, end, AheadStream.FRAME_TAIL)).readInt() != (int) crc.getValue()) {
            throw new MalformedMessage("a partition read ahead fails its checksum");
        }
        ByteBuffer payload = ByteBuffer.wrap(pending, AheadStream.FRAME_HEAD, end - AheadStream.FRAME_HEAD);
        ended = !payload.hasRemaining();
        if (!ended) {
            WireInput in = new WireInput(payload);
            partitions.arrived(in.readCount("reduce partition"), in.readRest());
        }
        pending = new byte[AheadStream.FRAME_HEAD];
        filled = 0;
        goal = AheadStream.FRAME_HEAD;
    }
}
