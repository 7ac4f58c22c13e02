package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;

/** What a decoder hands frames to: first a handshake, then the connection. Only on the channel's I/O thread. */
interface FrameSink {
    /** The most the length field may say now. */
    int lengthLimit();

    /** The most bytes a body of this kind may have now, or -1 if the kind is out of place. */
    int bodyLimit(FrameKind kind);

    /** The peer speaks another version of the protocol; called instead of anything else about the frame. */
    void onOtherVersion(int version) throws RpcException;

    /**
     * Room for the body of a chunk of a stream.
     *
     * @return an empty buffer of exactly this capacity, transferred; null to skip the bytes
     * @throws RpcException if the stream's sender had no credit for so many
     */
    ByteBuf chunkBuffer(long id, int bytes) throws RpcException;

    /** @param body transferred */
    void onFrame(FrameKind kind, long id, int type, byte[] body) throws RpcException;

    /** @param chunk transferred */
    void onChunk(long id, ByteBuf chunk);
}
