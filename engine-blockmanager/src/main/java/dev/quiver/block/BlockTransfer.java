package dev.quiver.block;

import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.io.InputStream;

/** Brings the bytes of blocks from other processes. Safe for many threads. */
public interface BlockTransfer {
    /**
     * Asks a process for a block.
     *
     * @return the answer as {@link dev.quiver.block.wire.BlockFrames} draws it; reading blocks, at most for the fetch
     *     timeout at a time; the caller closes it, at its end or before
     * @throws IOException from here or from the stream when the process cannot be reached or stops in the middle
     */
    InputStream open(ExecutorId from, BlockId block) throws IOException;

    /**
     * As {@link #open}, of a process that may answer where the block lies if it is on this host. Whoever cannot read it
     * there asks again, for the block itself.
     */
    default InputStream openNear(ExecutorId from, BlockId block) throws IOException {
        return open(from, block);
    }
}
