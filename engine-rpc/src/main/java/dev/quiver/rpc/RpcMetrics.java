package dev.quiver.rpc;

import java.util.concurrent.atomic.LongAdder;

/** Counters of one transport, written by its I/O threads and read by anybody. All but the gauges only grow. */
public final class RpcMetrics {
    final LongAdder connectionsOpened = new LongAdder();
    final LongAdder connectionsClosed = new LongAdder();
    final LongAdder framesIn = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder flushes = new LongAdder();
    final LongAdder malformedFrames = new LongAdder();
    final LongAdder repeatedMessages = new LongAdder();
    final LongAdder rejectedHandshakes = new LongAdder();
    final LongAdder asksInFlight = new LongAdder();
    final LongAdder streamsSending = new LongAdder();
    final LongAdder streamsReceiving = new LongAdder();

    /**
     * The counters at one moment.
     *
     * @param connectionsOpened  peers that were authenticated
     * @param connectionsClosed  of those, the ones that have gone
     * @param framesIn           whole frames received, handshakes and keep-alive included
     * @param framesOut          frames handed to the network
     * @param bytesIn            bytes received, before TLS is counted
     * @param bytesOut           bytes handed to the network, before TLS is counted
     * @param flushes            times queued frames were pushed to the network together
     * @param malformedFrames    connections closed because the peer broke the protocol
     * @param repeatedMessages   messages passed over because they had come before
     * @param rejectedHandshakes connections closed because the peer was not authenticated in time or at all
     * @param asksInFlight       gauge: asks of this side waiting for a reply
     * @param streamsSending     gauge: streams this side sends
     * @param streamsReceiving   gauge: streams this side receives
     */
    public record Snapshot(
            long connectionsOpened,
            long connectionsClosed,
            long framesIn,
            long framesOut,
            long bytesIn,
            long bytesOut,
            long flushes,
            long malformedFrames,
            long repeatedMessages,
            long rejectedHandshakes,
            long asksInFlight,
            long streamsSending,
            long streamsReceiving) {}

    RpcMetrics() {}

    public Snapshot snapshot() {
        return new Snapshot(
                connectionsOpened.sum(),
                connectionsClosed.sum(),
                framesIn.sum(),
                framesOut.sum(),
                bytesIn.sum(),
                bytesOut.sum(),
                flushes.sum(),
                malformedFrames.sum(),
                repeatedMessages.sum(),
                rejectedHandshakes.sum(),
                asksInFlight.sum(),
                streamsSending.sum(),
                streamsReceiving.sum());
    }
}
