package dev.quiver.block.transfer;

import dev.quiver.block.BlockManager;
import dev.quiver.block.wire.BlockRequest;
import dev.quiver.block.wire.FrameSink;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamSender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests for the blocks of one process, on worker threads. Safe for many threads. */
public final class BlockServer {
    private static final Logger LOG = LoggerFactory.getLogger(BlockServer.class);

    private final BlockManager blocks;
    private final String host;
    private final Executor workers;

    /**
     * @param host    identity of this host; empty when everything is to be sent
     * @param workers where sending may block; a bounded pool, which limits how many blocks are sent at a time. What it
     *                rejects is answered with a failure, and asked for again
     */
    public BlockServer(BlockManager blocks, String host, Executor workers) {
        this.blocks = blocks;
        this.host = host;
        this.workers = workers;
    }

    /** To be called from {@code ConnectionHandler.onStream} for the streams of this server. Does not block. */
    public void onStream(ByteBuffer request, StreamSender sender) {
        try {
            workers.execute(() -> answer(request, sender));
        } catch (RejectedExecutionException busy) {
            sender.fail("This process is sending as many blocks as it may; ask again.");
        }
    }

    private void answer(ByteBuffer request, StreamSender sender) {
        try {
            BlockRequest asked = BlockRequest.decode(request);
            FrameWriter answer = new FrameWriter(new ToStream(sender));
            if (!asked.isFrom(host) || !blocks.locate(asked.block(), answer)) {
                blocks.send(asked.block(), answer);
            }
            sender.end();
        } catch (RpcException receiverGone) {
            LOG.debug("A block was not sent to its end.", receiverGone);
        } catch (IOException | RuntimeException failed) {
            LOG.warn("A block could not be sent; whoever asked will ask elsewhere or compute it.", failed);
            sender.fail(String.valueOf(failed.getMessage()));
        }
    }

    private record ToStream(StreamSender sender) implements FrameSink {
        @Override
        public void send(ByteBuffer bytes) throws IOException {
            sender.send(bytes);
        }

        @Override
        public void send(FileChannel file, long offset, long length) throws IOException {
            sender.send(file, offset, length);
        }
    }
}
