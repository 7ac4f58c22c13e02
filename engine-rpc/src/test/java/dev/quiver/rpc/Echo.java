package dev.quiver.rpc;

import java.nio.ByteBuffer;

/** Answers every ask with its own body. */
class Echo implements ConnectionHandler {
    @Override
    public void onAsk(int type, ByteBuffer body, Reply reply) {
        reply.ok(body);
    }
}
