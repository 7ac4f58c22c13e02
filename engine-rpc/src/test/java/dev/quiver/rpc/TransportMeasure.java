package dev.quiver.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Prints what the transport does on loopback, both ends in this process. A measurement for people, not a test. */
final class TransportMeasure {
    private static final int TELLS = 2_000_000;
    private static final int ASKS = 20_000;
    private static final long STREAM_BYTES = 2L << 30;

    private TransportMeasure() {}

    public static void main(String[] arguments) throws Exception {
        boolean tls = arguments.length > 0 && arguments[0].equals("tls");
        long start = System.nanoTime();
        ExecutorService workers = Executors.newCachedThreadPool();
        Path file = Files.createTempFile("quiver-rpc", ".bytes");
        try (Peers peers = new Peers(tls, Peers.settings())) {
            lap("keys and transports made", start);
            AtomicLong received = new AtomicLong();
            CompletableFuture<Void> allTold = new CompletableFuture<>();
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    if (received.incrementAndGet() == TELLS) {
                        allTold.complete(null);
                    }
                }

                @Override
                public void onAsk(int type, ByteBuffer body, Reply reply) {
                    reply.ok(body);
                }

                @Override
                public void onStream(int type, ByteBuffer request, StreamSender sender) {
                    workers.execute(() -> produce(type, file, sender));
                }
            });
            lap("listening", start);
            Connection connection = peers.connect();
            lap("first connection authenticated", start);
            Peers.await(connection.ask(1, new byte[16]));
            lap("first ask answered", start);

            for (int round = 0; round < 3; round++) {
                long began = System.nanoTime();
                for (int i = 0; i < ASKS; i++) {
                    connection.ask(1, new byte[64]).get();
                }
                System.out.printf(
                        "ask round trip, one at a time  %8.1f us%n", (System.nanoTime() - began) / 1e3 / ASKS);
            }
            tells(connection, allTold);
            System.out.println("flushes " + peers.executor.metrics().snapshot().flushes());
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
                for (int i = 0; i < 256; i++) {
                    out.write(block.clear());
                }
            }
            for (int type = 1; type <= 2; type++) {
                for (int round = 0; round < 2; round++) {
                    stream(connection, type);
                }
            }
        } finally {
            workers.shutdown();
            Files.delete(file);
        }
    }

    private static void tells(Connection connection, CompletableFuture<Void> allTold) throws Exception {
        byte[] body = new byte[64];
        long began = System.nanoTime();
        for (int i = 0; i < TELLS; i++) {
            while (!connection.isWritable()) {
                Thread.onSpinWait();
            }
            connection.tell(1, body);
        }
        allTold.get();
        System.out.printf("tells of 64 bytes, one way      %8.0f /s%n", TELLS / ((System.nanoTime() - began) / 1e9));
    }

    private static void produce(int type, Path path, StreamSender sender) {
        try (FileChannel file = FileChannel.open(path)) {
            ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
            for (long sent = 0; sent < STREAM_BYTES; ) {
                if (type == 1) {
                    sender.send(block.clear());
                    sent += block.capacity();
                } else {
                    sender.send(file, 0, file.size());
                    sent += file.size();
                }
            }
            sender.end();
        } catch (IOException e) {
            sender.fail(e.toString());
        }
    }

    private static void stream(Connection connection, int type) throws Exception {
        long began = System.nanoTime();
        CompletableFuture<Void> done = new CompletableFuture<>();
        long[] bytes = new long[1];
        connection.openStream(type, ByteBuffer.allocate(0), new StreamReceiver() {
            @Override
            public void onChunk(Chunk chunk) {
                bytes[0] += chunk.size();
                chunk.close();
            }

            @Override
            public void onEnd() {
                done.complete(null);
            }

            @Override
            public void onError(RpcException cause) {
                done.completeExceptionally(cause);
            }
        });
        done.get();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "stream from %-6s             %8.0f MB/s%n", type == 1 ? "memory" : "file", bytes[0] / 1e6 / seconds);
    }

    private static void lap(String what, long start) {
        System.out.printf("%-30s  %8.1f ms%n", what, (System.nanoTime() - start) / 1e6);
    }
}
