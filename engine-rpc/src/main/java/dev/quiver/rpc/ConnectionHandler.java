package dev.quiver.rpc;

import java.nio.ByteBuffer;

/**
 * What one side does with the messages of its peer. Called on the connection's I/O thread, one call at a time and in the
 * order of arrival: never block here, hand work over. A body is transferred: it is the handler's to keep. What a handler
 * does not override is refused.
 */
public interface ConnectionHandler {
    /** A message without an answer. An exception from here closes the connection: the two sides do not understand each other. */
    default void onTell(int type, ByteBuffer body) {
        throw new UnsupportedOperationException("Messages of type " + type + " are not expected here.");
    }

    /**
     * A message that wants an answer.
     *
     * @param reply to be used once, now or later, from any thread; an exception from here answers with its message
     */
    default void onAsk(int type, ByteBuffer body, Reply reply) {
        reply.fail("Asks of type " + type + " are not answered here.");
    }

    /**
     * The peer wants a stream.
     *
     * @param sender blocks, so it is handed to a worker thread; an exception from here fails the stream with its message
     */
    default void onStream(int type, ByteBuffer request, StreamSender sender) {
        sender.fail("Streams of type " + type + " are not sent here.");
    }

    /** The last call: the connection is gone, everything in flight has failed with this cause. */
    default void onClosed(RpcException cause) {}
}
