package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.shuffle.wire.AheadStreamDecoder;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * What comes ahead from one holder, for the tasks of one stage attempt. One request at a time is under way. A partition
 * goes through these states once, and a task that comes in any of them gets its rows:
 *
 * <pre>
 *   not asked for --ask--> on its way --arrives--> kept --take--> taken
 *        |                     |  ^                  ^
 *        |take                 |  +------------------+-- take: the task waits, or gets it at once
 *        v                     v left out, broken, dropped
 *      taken: the task asks for itself
 * </pre>
 *
 * Safe for many threads; the lock is held for bookkeeping only, and tasks are called without it.
 */
final class AheadHolder {
    /** A request for fewer partitions is not worth the trouble. */
    private static final int FEWEST = 2;

    private final ShuffleLocations where;
    private final ExecutorId holder;
    private final int mostBytes;
    private final ChunkFetcher fetcher;
    private final ChunkMemory memory;

    /** Partitions that were asked for, or taken: each is asked for at most once. */
    private final BitSet asked = new BitSet();

    private final Map<Integer, byte[]> kept = new TreeMap<>();
    private final Map<Integer, Consumer<byte[]>> waiting = new TreeMap<>();
    private Request underWay;

    /** Partitions the last answer brought. */
    private int lastBrought;

    private boolean useless;
    private boolean closed;

    /** @param mostBytes most bytes of one answer */
    AheadHolder(ShuffleLocations where, ExecutorId holder, int mostBytes, ChunkFetcher fetcher, ChunkMemory memory) {
        this.where = where;
        this.holder = holder;
        this.mostBytes = mostBytes;
        this.fetcher = fetcher;
        this.memory = memory;
    }

    /**
     * Takes the answer for a partition.
     *
     * @param to given the chunk stream, at once or later and then on any thread; or null when it does not come after all
     * @return false when the partition is not expected: the caller asks for it
     */
    boolean take(int partition, Consumer<byte[]> to) {
        byte[] stream;
        synchronized (this) {
            asked.set(partition);
            stream = kept.remove(partition);
            if (stream == null) {
                return underWay != null && underWay.isExpected(partition) && waiting.putIfAbsent(partition, to) == null;
            }
        }
        memory.shrink(stream.length);
        to.accept(stream);
        return true;
    }

    /**
     * Asks for partitions that follow, unless enough are there or on their way.
     *
     * @param following partitions that tasks here will read, the next one first; -1 behind the last
     * @return whether a request was sent
     */
    boolean ask(IntUnaryOperator following) {
        Request request;
        synchronized (this) {
            if (closed || useless || underWay != null || kept.size() > lastBrought / 2) {
                return false;
            }
            int index = 0;
            int first = following.applyAsInt(index);
            while (first >= 0 && asked.get(first)) {
                first = following.applyAsInt(++index);
            }
            int end = first;
            while (end >= 0 && following.applyAsInt(index) == end && !asked.get(end)) {
                end++;
                index++;
            }
            if (first < 0 || end - first < FEWEST || !memory.tryGrow(mostBytes)) {
                return false;
            }
            asked.set(first, end);
            request = new Request(first, end);
            underWay = request;
        }
        FetchRequest wire = new FetchRequest(
                where.shuffle(),
                request.next,
                0,
                false,
                "",
                new FetchRequest.Ahead(request.end - request.next, mostBytes),
                where.held(holder));
        try {
            request.running(fetcher.fetch(holder, ByteBuffer.wrap(wire.encode()), request, mostBytes));
        } catch (RuntimeException refused) {
            request.over(true);
            throw refused;
        }
        return true;
    }

    /** Drops everything, and stops what is under way. */
    void close() {
        Request stopped;
        long freed = 0;
        synchronized (this) {
            closed = true;
            stopped = underWay;
            for (byte[] stream : kept.values()) {
                freed += stream.length;
            }
            kept.clear();
        }
        memory.shrink(freed);
        if (stopped != null) {
            stopped.over(true);
            stopped.cancel();
        }
    }

    private static void tell(List<Consumer<byte[]>> tasks) {
        tasks.forEach(task -> task.accept(null));
    }

    /** Takes out the tasks that wait for partitions before {@code end}, which will not come. */
    private List<Consumer<byte[]>> waitingBefore(int end) {
        List<Consumer<byte[]>> given = new ArrayList<>();
        waiting.entrySet().removeIf(entry -> entry.getKey() < end && given.add(entry.getValue()));
        return given;
    }

    /** A request that is under way; hears of its answer on network threads. */
    private final class Request implements ChunkFetcher.Listener {
        private final AheadStreamDecoder decoder = new AheadStreamDecoder(this::arrived, mostBytes);
        private final int end;
        /** The first partition that may still come. */
        private int next;

        private int brought;
        private long room = mostBytes;
        private boolean over;
        private ChunkFetcher.Fetch fetch;

        Request(int first, int end) {
            this.next = first;
            this.end = end;
        }

        boolean isExpected(int partition) {
            return partition >= next && partition < end;
        }

        void running(ChunkFetcher.Fetch started) {
            boolean late;
            synchronized (AheadHolder.this) {
                fetch = started;
                late = closed;
            }
            if (late) {
                cancel();
            }
        }

        void cancel() {
            ChunkFetcher.Fetch started;
            synchronized (AheadHolder.this) {
                started = fetch;
            }
            if (started != null) {
                started.cancel("nobody waits for these partitions any more");
            }
        }

        private void arrived(int partition, byte[] stream) {
            Consumer<byte[]> task;
            List<Consumer<byte[]>> leftOut;
            long beyondRoom = 0;
            synchronized (AheadHolder.this) {
                if (!isExpected(partition)) {
                    throw new MalformedMessage("partition " + partition + " was read ahead and not asked for");
                }
                if (over) {
                    return;
                }
                next = partition + 1;
                brought++;
                leftOut = waitingBefore(partition);
                task = waiting.remove(partition);
                if (task == null) {
                    kept.put(partition, stream);
                    beyondRoom = Math.max(0, stream.length - room);
                    room -= stream.length - beyondRoom;
                }
            }
            if (beyondRoom > 0) {
                memory.force(beyondRoom);
            }
            tell(leftOut);
            if (task != null) {
                task.accept(stream);
            }
        }

        @Override
        public void onBytes(ChunkFetcher.Piece piece) {
            try (piece) {
                decoder.feed(piece.bytes());
            } catch (MalformedMessage malformed) {
                over(true);
                cancel();
            }
        }

        @Override
        public void onEnd() {
            over(!decoder.isEnded());
        }

        @Override
        public void onError(IOException cause) {
            over(true);
        }

        /** Nothing more comes. After a failure none is asked for any more: reading ahead is not worth a retry. */
        private void over(boolean failed) {
            List<Consumer<byte[]>> given;
            long unused;
            synchronized (AheadHolder.this) {
                if (over) {
                    return;
                }
                over = true;
                unused = room;
                room = 0;
                underWay = null;
                lastBrought = brought;
                useless |= failed || brought == 0;
                given = waitingBefore(Integer.MAX_VALUE);
            }
            memory.shrink(unused);
            tell(given);
        }
    }
}
