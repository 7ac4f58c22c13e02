package dev.quiver.block.memory;

import dev.quiver.config.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The ledger of a budget at one moment: who holds how much.
 *
 * @param totalBytes for execution and storage together
 * @param freeBytes  that nobody holds; negative while more was forced than there is
 * @param holdings   the largest first; those of one name and task are one
 */
public record MemoryReport(long totalBytes, long freeBytes, List<Holding> holdings) {
    private static final int MOST_NAMED = 10;

    /** What memory is held for. */
    public enum Use {
        /** By an operator of a running task. */
        TASK,
        /** By the executor, for work it cannot give up: map outputs in memory, blocks being fetched. */
        EXECUTION,
        /** Cached partitions, broadcast values, results. */
        STORAGE
    }

    /**
     * Memory under one name.
     *
     * @param task      such as {@code stage 3, partition 5}; empty for what belongs to no task
     * @param holder    an operator, as users know it, or what is stored
     * @param bytes     held now
     * @param peakBytes most that was held at once
     */
    public record Holding(Use use, String task, String holder, long bytes, long peakBytes) {
        /** Such as {@code sortByKey of stage 3, partition 5}. */
        public String name() {
            return task.isEmpty() ? holder : holder + " of " + task;
        }

        String sentence() {
            return name() + " holds " + Bytes.of(bytes).display();
        }

        Holding plus(Holding other) {
            return new Holding(use, task, holder, bytes + other.bytes, peakBytes + other.peakBytes);
        }
    }

    public MemoryReport {
        List<Holding> sorted = new ArrayList<>(holdings);
        sorted.sort(Comparator.comparingLong(Holding::bytes).reversed().thenComparing(Holding::name));
        holdings = List.copyOf(sorted);
    }

    /** Bytes that all of one use hold. */
    public long bytes(Use use) {
        return holdings.stream()
                .filter(holding -> holding.use() == use)
                .mapToLong(Holding::bytes)
                .sum();
    }

    /** Bytes that one task holds. */
    public long bytesOf(String task) {
        return holdings.stream()
                .filter(holding -> holding.task().equals(task))
                .mapToLong(Holding::bytes)
                .sum();
    }

    /** One sentence on who holds the memory, the largest first, for error messages. */
    public String describe() {
        String all = listed(holding -> true);
        return "Of " + Bytes.of(totalBytes).display() + ", " + (all.isEmpty() ? "nobody holds any" : all) + ".";
    }

    /** As {@link #describe}, of everybody but one task. */
    public String describeOthers(String task) {
        String others = listed(holding -> !holding.task().equals(task));
        return "Of " + Bytes.of(totalBytes).display() + ", "
                + (others.isEmpty() ? "no others hold any" : "others hold: " + others) + ".";
    }

    private String listed(Predicate<Holding> wanted) {
        List<Holding> some = holdings.stream().filter(wanted).toList();
        StringBuilder text = new StringBuilder();
        for (Holding holding : some.subList(0, Math.min(MOST_NAMED, some.size()))) {
            text.append(text.length() == 0 ? "" : ", ").append(holding.sentence());
        }
        if (some.size() > MOST_NAMED) {
            text.append(", ").append(some.size() - MOST_NAMED).append(" others hold the rest");
        }
        return text.toString();
    }
}
