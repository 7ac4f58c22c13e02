package dev.quiver.rpc;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps all bytes of a stream; closes its chunks at once, or holds them until told otherwise. */
final class CollectingReceiver implements StreamReceiver {
    final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final List<Chunk> held = new ArrayList<>();
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private int enoughBytes = Integer.MAX_VALUE;
    private boolean closing;

    CollectingReceiver(boolean closing) {
        this.closing = closing;
    }

    @Override
    public synchronized void onChunk(Chunk chunk) {
        byte[] bytes = new byte[chunk.size()];
        chunk.bytes().get(bytes);
        collected.writeBytes(bytes);
        if (closing) {
            chunk.close();
        } else {
            held.add(chunk);
        }
        if (collected.size() >= enoughBytes) {
            enough.complete(null);
        }
    }

    @Override
    public synchronized void onEnd() {
        result.complete(collected.toByteArray());
    }

    @Override
    public void onError(RpcException cause) {
        result.completeExceptionally(cause);
    }

    /** Completes when so many bytes have come. */
    synchronized CompletableFuture<Void> received(int bytes) {
        enoughBytes = bytes;
        if (collected.size() >= bytes) {
            enough.complete(null);
        }
        return enough;
    }

    synchronized int bytes() {
        return collected.size();
    }

    synchronized void closeHeldAndGoOn() {
        closing = true;
        held.forEach(Chunk::close);
        held.clear();
    }
}
