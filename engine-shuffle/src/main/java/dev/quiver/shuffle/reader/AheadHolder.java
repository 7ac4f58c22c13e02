package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
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
 * What is kept and what is on its way never have more than {@code mostBytes} together, which are reserved before a request
 * is sent. Safe for many threads; the lock is held for bookkeeping only, and tasks are called without it.
 */
final class AheadHolder {
    /** A request for fewer partitions is not worth the trouble. */
    private static final int FEWEST = 2;

    /** A partition counts as small up to this part of all bytes; larger ones are worth a request of their own. */
    private static final int SMALL_PART = 8;

    private final ShuffleLocations where;
    private final ExecutorId holder;
    private final String readerHost;
    private final int mostBytes;
    private final ChunkFetcher fetcher;
    private final ChunkMemory memory;

    /** Partitions that were asked for, or taken: each is asked for at most once. */
    private final BitSet asked = new BitSet();

    private final Map<Integer, byte[]> kept = new TreeMap<>();
    private int keptBytes;
    private final Map<Integer, Consumer<byte[]>> waiting = new TreeMap<>();

    /** Partitions that the last answer brought. */
    private int brought;

    private boolean useless;
    private boolean closed;

    /** The answer that is under way, or null. */
    private AheadAnswer underWay;

    /** The first partition that may still come with it, and the one behind the last. */
    private int next;

    private int end;

    /** Bytes reserved for it, without those of partitions that are kept. */
    private int room;

    /** Bytes that it may still bring. */
    private int left;

    /**
     * @param readerHost identity of this host; empty when it is not known
     * @param mostBytes  most bytes kept and on their way
     */
    AheadHolder(
            ShuffleLocations where,
            ExecutorId holder,
            String readerHost,
            int mostBytes,
            ChunkFetcher fetcher,
            ChunkMemory memory) {
        this.where = where;
        this.holder = holder;
        this.readerHost = readerHost;
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
                return isExpected(partition) && waiting.putIfAbsent(partition, to) == null;
            }
            keptBytes -= stream.length;
        }
        memory.shrink(stream.length);
        to.accept(stream);
        return true;
    }

    private boolean isExpected(int partition) {
        return underWay != null && partition >= next && partition < end;
    }

    /**
     * Asks for partitions that follow, unless enough are there or on their way.
     *
     * @param following partitions that tasks here will read, the next one first; -1 behind the last
     * @return whether a request was sent
     */
    boolean ask(IntUnaryOperator following) {
        AheadAnswer answer;
        FetchRequest request;
        int most;
        synchronized (this) {
            boolean enough = kept.size() > brought / 2 || keptBytes > mostBytes / 2;
            if (closed || useless || underWay != null || enough) {
                return false;
            }
            int[] run = firstRun(following);
            most = mostBytes - keptBytes;
            if (run[1] - run[0] < FEWEST || !memory.tryGrow(most)) {
                return false;
            }
            asked.set(run[0], run[1]);
            int largest = mostBytes / SMALL_PART;
            answer = new AheadAnswer(this, largest);
            underWay = answer;
            brought = 0;
            next = run[0];
            end = run[1];
            room = most;
            left = most;
            FetchRequest.Ahead ahead = new FetchRequest.Ahead(end - next, most, largest);
            request = new FetchRequest(where.shuffle(), next, 0, false, readerHost, ahead, where.held(holder));
        }
        try {
            answer.running(fetcher.fetch(holder, ByteBuffer.wrap(request.encode()), answer, most));
        } catch (RuntimeException refused) {
            over(answer, true);
            throw refused;
        }
        return true;
    }

    /** The first partitions, one after the other, that nobody asked for: from the first to one behind the last. */
    private int[] firstRun(IntUnaryOperator following) {
        int index = 0;
        int first = following.applyAsInt(index);
        while (first >= 0 && asked.get(first)) {
            first = following.applyAsInt(++index);
        }
        int behind = first;
        while (behind >= 0 && following.applyAsInt(index) == behind && !asked.get(behind)) {
            behind++;
            index++;
        }
        return new int[] {first, behind};
    }

    /** A partition came with an answer. */
    void arrived(AheadAnswer answer, int partition, byte[] stream) {
        Consumer<byte[]> task;
        List<Consumer<byte[]>> leftOut;
        synchronized (this) {
            if (answer != underWay) {
                return;
            }
            if (!isExpected(partition) || stream.length > left) {
                throw new MalformedMessage(
                        "partition " + partition + " of " + stream.length + " bytes was read ahead and not asked for");
            }
            next = partition + 1;
            left -= stream.length;
            brought++;
            leftOut = waitingBefore(partition);
            task = waiting.remove(partition);
            if (task == null) {
                kept.put(partition, stream);
                keptBytes += stream.length;
                room -= stream.length;
            }
        }
        tell(leftOut);
        if (task != null) {
            task.accept(stream);
        }
    }

    /** Nothing more comes with an answer. After a failure none is asked for any more: reading ahead is not worth a retry. */
    void over(AheadAnswer answer, boolean failed) {
        List<Consumer<byte[]>> leftOut;
        int unused;
        synchronized (this) {
            if (answer != underWay) {
                return;
            }
            underWay = null;
            unused = room;
            useless |= failed || brought == 0;
            leftOut = waitingBefore(Integer.MAX_VALUE);
        }
        memory.shrink(unused);
        tell(leftOut);
    }

    /** Drops everything, and stops what is under way. */
    void close() {
        AheadAnswer stopped;
        int freed;
        synchronized (this) {
            closed = true;
            stopped = underWay;
            freed = keptBytes;
            keptBytes = 0;
            kept.clear();
        }
        memory.shrink(freed);
        if (stopped != null) {
            over(stopped, true);
            stopped.stop();
        }
    }

    /** Takes out the tasks that wait for partitions before {@code limit}, which will not come. */
    private List<Consumer<byte[]>> waitingBefore(int limit) {
        List<Consumer<byte[]>> given = new ArrayList<>();
        waiting.entrySet().removeIf(entry -> entry.getKey() < limit && given.add(entry.getValue()));
        return given;
    }

    private static void tell(List<Consumer<byte[]>> tasks) {
        tasks.forEach(task -> task.accept(null));
    }
}
