package dev.quiver.task;

import dev.quiver.config.Bytes;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who holds the memory of an executor, as it said last.
 *
 * @param heapBytes        of its heap for running tasks and stored data
 * @param heapFreeBytes    of these that nobody holds; negative while more is in use than there should be
 * @param offHeapBytes     of its pool outside the heap; 0 when it has none
 * @param offHeapFreeBytes of these that nobody holds
 * @param lines            the largest of each kind of memory, the heap's first
 */
public record MemoryLedger(
        long heapBytes, long heapFreeBytes, long offHeapBytes, long offHeapFreeBytes, List<Line> lines)
        implements Serializable {
    /** So many holders of each kind of memory are named. */
    public static final int MOST_LINES_OF_EACH = 16;

    /** Nobody holds any. */
    public static final MemoryLedger NONE = new MemoryLedger(0, 0, 0, 0, List.of());

    /** Which memory it is. */
    public enum Where {
        /** Of the heap. */
        HEAP,
        /** Of the pool outside the heap. */
        OFF_HEAP,
        /** On the heap, and not of its budget: objects of user code that the engine keeps, by an estimate. */
        OBJECTS,
        /** Outside the heap, and not of its pool: buffers of the network and of files. */
        BUFFERS
    }

    /**
     * Memory under one name.
     *
     * @param task      such as {@code stage 3, partition 5}; empty for what belongs to no task
     * @param holder    an operator, as users know it, or what is stored
     * @param bytes     held now
     * @param peakBytes most that was held at once
     */
    public record Line(Where where, String task, String holder, long bytes, long peakBytes) implements Serializable {
        @Override
        public String toString() {
            return holder + (task.isEmpty() ? "" : " of " + task) + " holds "
                    + Bytes.of(bytes).display()
                    + (where == Where.OFF_HEAP || where == Where.BUFFERS ? " outside the heap" : "");
        }
    }

    public MemoryLedger {
        lines = List.copyOf(lines);
    }

    /** Such as {@code 20.0 MiB of 127.2 MiB are free; cached dataset 4 holds 60.0 MiB}. */
    @Override
    public String toString() {
        return Bytes.of(Math.max(0, heapFreeBytes)).display() + " of "
                + Bytes.of(heapBytes).display() + " are free"
                + (offHeapBytes == 0
                        ? ""
                        : ", and outside the heap "
                                + Bytes.of(Math.max(0, offHeapFreeBytes)).display() + " of "
                                + Bytes.of(offHeapBytes).display())
                + lines.stream().map(Line::toString).collect(Collectors.joining(", ", "; ", ""));
    }
}
