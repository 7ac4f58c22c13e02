package dev.quiver.rpc;

import java.nio.ByteBuffer;

/** A control frame on its way out. The body belongs to it. */
record OutboundFrame(FrameKind kind, long id, int type, ByteBuffer body) {
    static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    int bytes() {
        return Frame.HEADER_BYTES + body.remaining();
    }
}
