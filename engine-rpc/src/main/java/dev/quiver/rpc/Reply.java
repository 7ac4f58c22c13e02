package dev.quiver.rpc;

import java.nio.ByteBuffer;

/** The answer to one ask. Used once, from any thread; using it twice is an {@link IllegalStateException}. */
public interface Reply {
    /** @param body transferred */
    void ok(ByteBuffer body);

    default void ok(byte[] body) {
        ok(ByteBuffer.wrap(body));
    }

    /** @param message for a person; cut at 4,096 characters */
    void fail(String message);
}
