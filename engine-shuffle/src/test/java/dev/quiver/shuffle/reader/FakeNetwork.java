package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.StreamSender;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.transfer.ShuffleServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Other executors, their servers and the network between, on the calling thread. Each fetch is answered in full by the
 * real server, and then goes through a fault a test may set. Also the timer: retries are due at once unless a test holds them back, silence when it says so.
 */
final class FakeNetwork implements ChunkFetcher, RetryTimer {
    /** How an answer ends that is a lease: not, until its reader cancels it. */
    static final String NEVER = "the answer is a lease";

    /** What happens to an answer: bytes to deliver, and how it ends; null for well. */
    record Delivery(byte[] bytes, String error) {}

    /** Decides about a fetch. */
    interface Fault {
        Delivery apply(ExecutorId holder, int fetch, Delivery whole) throws IOException;
    }

    final Map<ExecutorId, ShuffleServer> servers = new LinkedHashMap<>();
    final List<ExecutorId> asked = new ArrayList<>();
    final List<Duration> pauses = new ArrayList<>();
    final Map<ExecutorId, Integer> fetches = new LinkedHashMap<>();
    final Duration silence;
    Fault fault = (holder, fetch, whole) -> whole;
    Runnable onSilence;
    final List<Runnable> silences = new ArrayList<>();
    /** Where pauses wait for the test to end them; null when they are over at once. */
    List<Runnable> waking;

    int pieceSize = 1000;
    int openPieces;
    String host = "";
    final List<Runnable> leases = new ArrayList<>();

    FakeNetwork(Duration silence) {
        this.silence = silence;
    }

    void add(ExecutorId executor, ShuffleStore store) {
        servers.put(executor, new ShuffleServer(store, host, Runnable::run, Runnable::run));
    }

    @Override
    public Fetch fetch(ExecutorId holder, ByteBuffer request, Listener listener, int window) {
        asked.add(holder);
        int fetch = fetches.merge(holder, 1, Integer::sum);
        Delivery delivery;
        try {
            ShuffleServer server = servers.get(holder);
            delivery = fault.apply(
                    holder, fetch, server == null ? new Delivery(new byte[0], "no route") : answer(server, request));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        if (delivery == null) {
            return reason -> {};
        }
        byte[] bytes = delivery.bytes();
        for (int at = 0; at < bytes.length; at += pieceSize) {
            listener.onBytes(piece(ByteBuffer.wrap(bytes, at, Math.min(pieceSize, bytes.length - at))));
        }
        if (delivery.error() == null) {
            listener.onEnd();
        } else if (delivery.error().equals(NEVER)) {
            Runnable lease = leases.get(leases.size() - 1);
            return reason -> {
                if (leases.remove(lease)) {
                    lease.run();
                }
            };
        } else {
            listener.onError(new IOException(delivery.error()));
        }
        return reason -> {};
    }

    /** How an answer ends that is damaged: a stream that would stay open is reset, and its lease given back. */
    String broken(Delivery whole) {
        if (!NEVER.equals(whole.error())) {
            return whole.error();
        }
        leases.remove(leases.size() - 1).run();
        return "connection reset";
    }

    private Piece piece(ByteBuffer bytes) {
        openPieces++;
        return new Piece() {
            private boolean closed;

            @Override
            public ByteBuffer bytes() {
                assert !closed : "bytes of a closed piece";
                return bytes;
            }

            @Override
            public void close() {
                openPieces -= closed ? 0 : 1;
                closed = true;
            }
        };
    }

    @Override
    public Runnable after(Duration delay, Runnable wake) {
        if (delay.equals(silence)) {
            onSilence = wake;
            silences.add(wake);
        } else {
            pauses.add(delay);
            if (waking == null) {
                wake.run();
            } else {
                waking.add(wake);
            }
        }
        return () -> {};
    }

    private Delivery answer(ShuffleServer server, ByteBuffer request) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        String[] error = {"the answer was neither ended nor failed"};
        server.answer(request, new StreamSender() {
            @Override
            public void send(ByteBuffer data) {
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                sent.writeBytes(bytes);
            }

            @Override
            public void send(FileChannel file, long offset, long length) throws IOException {
                ByteBuffer bytes = ByteBuffer.allocate((int) length);
                while (bytes.hasRemaining()) {
                    if (file.read(bytes, offset + bytes.position()) < 0) {
                        sent.writeBytes(Arrays.copyOf(bytes.array(), bytes.position()));
                        throw new IOException("the file is shorter than the range");
                    }
                }
                sent.writeBytes(bytes.array());
            }

            @Override
            public void end() {
                error[0] = null;
            }

            @Override
            public void fail(String message) {
                error[0] = message;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void onOver(Runnable callback) {
                leases.add(callback);
                error[0] = NEVER;
            }
        });
        return new Delivery(sent.toByteArray(), error[0]);
    }
}
