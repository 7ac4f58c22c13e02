package dev.quiver.rpc;

/** Takes a stream's bytes, in order, on the connection's I/O thread: never block here. */
public interface StreamReceiver {
    /**
     * The next bytes.
     *
     * @param chunk transferred: close it, here or later, on any thread. Closing returns the memory and lets the sender
     *              send as much again; a receiver that closes nothing stops the stream at its window. An exception from
     *              here cancels the stream and is passed to {@link #onError}
     */
    void onChunk(Chunk chunk);

    /** The sender has sent everything; all of it was received. */
    void onEnd();

    /** The stream is broken: bytes are missing at its end. */
    void onError(RpcException cause);
}
