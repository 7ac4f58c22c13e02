package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Fetches bytes from other executors: the port to the network. Safe for many threads; never blocks. */
public interface ChunkFetcher {
    /**
     * Sends a request and passes on the answer, a {@link dev.quiver.shuffle.wire.ChunkStream}.
     *
     * @param request  an encoded {@link dev.quiver.shuffle.wire.FetchRequest}; transferred
     * @param listener called by one thread at a time, perhaps before this returns; always ends with exactly one
     *                 {@code onEnd} or {@code onError}, unless cancelled
     * @param window   most bytes in pieces that are not closed yet, plus what is on its way
     */
    Fetch fetch(ExecutorId holder, ByteBuffer request, Listener listener, int window);

    /** A fetch that is under way. */
    interface Fetch {
        /** Stops it. The listener may still hear of what is being passed on. Harmless after the end. */
        void cancel(String reason);

        /** Nothing came for too long: later fetches from this holder are to take another connection. */
        default void distrust() {}
    }

    /** Takes the answer. Must not block. */
    interface Listener {
        /** The next bytes; transferred: the listener closes the piece, then or later, on any thread. */
        void onBytes(Piece piece);

        void onEnd();

        /** The answer is broken off: bytes are missing at its end. */
        void onError(IOException cause);
    }

    /** Some bytes of an answer, in memory that closing returns. */
    interface Piece extends AutoCloseable {
        /** The bytes from position to limit; not to be touched after the close. */
        ByteBuffer bytes();

        @Override
        void close();
    }
}
