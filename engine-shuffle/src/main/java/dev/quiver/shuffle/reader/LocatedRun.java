package dev.quiver.shuffle.reader;

import dev.quiver.shuffle.wire.ChunkEvent;
import dev.quiver.shuffle.wire.ChunkEvent.Located;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Chunks that lie close together in one file, to be read at once.
 *
 * @param chunks at least one, by ascending offset
 */
record LocatedRun(List<Located> chunks) {
    /** Bytes of others in between that are cheaper to read along than to skip. */
    private static final int GAP_BYTES = 64 << 10;

    /**
     * Takes what can be read at once off the head of a queue.
     *
     * @param events   the first is located
     * @param maxBytes most bytes, unless the first chunk alone has more
     */
    static LocatedRun takeFrom(Deque<ChunkEvent> events, int maxBytes) {
        List<Located> chunks = new ArrayList<>();
        Located last = (Located) events.poll();
        long from = last.offset();
        chunks.add(last);
        while (events.peek() instanceof Located next
                && next.file().equals(last.file())
                && next.offset() >= last.offset() + last.length()
                && next.offset() - (last.offset() + last.length()) <= GAP_BYTES
                && next.offset() + next.length() - from <= maxBytes) {
            events.poll();
            chunks.add(next);
            last = next;
        }
        return new LocatedRun(chunks);
    }

    String file() {
        return chunks.get(0).file();
    }

    long offset() {
        return chunks.get(0).offset();
    }

    /** Bytes from the first chunk's start to the last one's end. */
    int length() {
        Located last = chunks.get(chunks.size() - 1);
        return Math.toIntExact(last.offset() + last.length() - offset());
    }
}
