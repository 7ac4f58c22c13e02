package dev.quiver.block.transfer;

import dev.quiver.block.BlockTransfer;
import dev.quiver.block.wire.BlockRequest;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.tls.PeerRole;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Asks other processes for blocks over their connections. Safe for many threads. */
public final class RemoteBlocks implements BlockTransfer {
    private final Connections connections;
    private final int streamType;
    private final Duration timeout;
    private final Clock clock;
    private final String host;

    /** Finds the way to a process. */
    @FunctionalInterface
    public interface Connections {
        /** An open connection; may wait until there is one. @throws IOException if the process cannot be reached */
        Connection to(ExecutorId executor) throws IOException;
    }

    /**
     * @param streamType the number under which the other side hands streams to its {@link BlockServer}
     * @param timeout    longest wait for the next bytes
     * @param host       identity of this host; empty when everything is to be sent
     */
    public RemoteBlocks(Connections connections, int streamType, Duration timeout, Clock clock, String host) {
        this.connections = connections;
        this.streamType = streamType;
        this.timeout = timeout;
        this.clock = clock;
        this.host = host;
    }

    @Override
    public InputStream open(ExecutorId from, BlockId block) throws IOException {
        return open(from, block, "");
    }

    @Override
    public InputStream openNear(ExecutorId from, BlockId block) throws IOException {
        return open(from, block, host);
    }

    private InputStream open(ExecutorId from, BlockId block, String near) throws IOException {
        ByteBuffer request = new BlockRequest(block, near).encode();
        Connection connection = connections.to(from);
        StreamInput input = new StreamInput(
                "block " + block.name() + " of executor " + from, timeout, clock, () -> distrust(connection));
        input.subscribed(connection.openStream(streamType, request, input));
        return input;
    }

    /** The next try is not to wait for the same answer. What ties an executor to its driver is for them to judge. */
    private static void distrust(Connection connection) {
        if (connection.peer().role() == PeerRole.EXECUTOR) {
            connection.close("a block that was asked for did not come");
        }
    }
}
