package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;

/**
 * Sees to it that the messages without an answer of one peer arrive each once, and none is left out. Where one is missing
 * the two sides do not know the same any more, which only a new connection mends: nobody would ever send it again. Only on
 * the channel's I/O thread.
 */
final class MessageOrder {
    private final PeerIdentity peer;
    private final RpcMetrics metrics;

    /** Number of the last one that came. */
    private long last;

    MessageOrder(PeerIdentity peer, RpcMetrics metrics) {
        this.peer = peer;
        this.metrics = metrics;
    }

    /** Whether a message is the one that follows the last; false for one that comes again, which is passed over. */
    boolean isNext(long number, int type) throws RpcException {
        if (number > last + 1) {
            throw missing("number " + number + ", of type " + type + ",");
        }
        if (number <= last) {
            metrics.repeatedMessages.increment();
            return false;
        }
        last = number;
        return true;
    }

    /** All messages up to this one must have come. @param whatCame instead, for a person */
    void requireHeard(long number, String whatCame) throws RpcException {
        if (number > last) {
            throw missing(whatCame);
        }
    }

    private RpcException missing(String whatCame) {
        return new RpcException.MalformedFrame("Message " + (last + 1) + " of " + peer + " was lost or overtaken: "
                + whatCame + " came first. The connection is closed. What the peer told and was not heard is lost.");
    }
}
