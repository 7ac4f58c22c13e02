package dev.quiver.shuffle.reader;

import dev.quiver.shuffle.wire.AheadStreamDecoder;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;

/**
 * The answer to one request for partitions that follow, as it arrives on network threads: cut into partitions, and stopped
 * when it is damaged or nobody wants it any more. The lock is for a stop that comes before the fetch is known.
 */
final class AheadAnswer implements ChunkFetcher.Listener {
    private final AheadHolder to;
    private final AheadStreamDecoder decoder;
    private ChunkFetcher.Fetch fetch;
    private boolean stopped;

    /**
     * @param to           told of each partition, and once of the end
     * @param largestBytes no partition has more
     */
    AheadAnswer(AheadHolder to, int largestBytes) {
        this.to = to;
        this.decoder = new AheadStreamDecoder((partition, stream) -> to.arrived(this, partition, stream), largestBytes);
    }

    /** It is under way. */
    void running(ChunkFetcher.Fetch started) {
        boolean late;
        synchronized (this) {
            fetch = started;
            late = stopped;
        }
        if (late) {
            cancel(started);
        }
    }

    void stop() {
        ChunkFetcher.Fetch started;
        synchronized (this) {
            stopped = true;
            started = fetch;
        }
        if (started != null) {
            cancel(started);
        }
    }

    private static void cancel(ChunkFetcher.Fetch fetch) {
        fetch.cancel("nobody waits for these partitions any more");
    }

    @Override
    public void onBytes(ChunkFetcher.Piece piece) {
        try (piece) {
            decoder.feed(piece.bytes());
        } catch (MalformedMessage malformed) {
            to.over(this, true);
            stop();
        }
    }

    @Override
    public void onEnd() {
        to.over(this, !decoder.isEnded());
    }

    @Override
    public void onError(IOException cause) {
        to.over(this, true);
    }
}
