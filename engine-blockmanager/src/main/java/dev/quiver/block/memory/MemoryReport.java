package dev.quiver.block.memory;

import dev.quiver.config.Bytes;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.MemoryLedger.Line;
import dev.quiver.task.MemoryLedger.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The ledger of a budget at one moment: who holds how much.
 *
 * @param mode       which memory this is
 * @param totalBytes for execution and storage together
 * @param freeBytes  that nobody holds; negative while more was forced than there is
 * @param pressure   of the heap around it
 * @param holdings   the largest first; those of one name and task are one
 * @param offHeap    the ledger of the pool outside the heap, in that of the heap and where there is one
 * @param beside     what is known of memory that no budget is asked for: of the uses {@code OBJECTS} and {@code BUFFERS}
 */
public record MemoryReport(
        MemoryMode mode,
        long totalBytes,
        long freeBytes,
        Pressure pressure,
        List<Holding> holdings,
        Optional<MemoryReport> offHeap,
        List<Holding> beside) {
    private static final int MOST_NAMED = 10;

    /** What memory is held for. */
    public enum Use {
        /** By an operator of a running task. */
        TASK,
        /** By a running task, for rows that it is about to cache. */
        UNROLL,
        /** By the executor, for work it cannot give up: map outputs in memory, blocks being fetched. */
        EXECUTION,
        /** Cached partitions, broadcast values, results. */
        STORAGE,
        /** On the heap, and of no budget: objects of user code that the engine keeps, by an estimate. */
        OBJECTS,
        /** Outside the heap, and of no budget: buffers of the network and of files. */
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
        holdings = sorted(holdings);
        beside = sorted(beside);
    }

    /** The ledger of one pool alone. */
    MemoryReport(MemoryMode mode, long totalBytes, long freeBytes, Pressure pressure, List<Holding> holdings) {
        this(mode, totalBytes, freeBytes, pressure, holdings, Optional.empty(), List.of());
    }

    private static List<Holding> sorted(List<Holding> holdings) {
        List<Holding> sorted = new ArrayList<>(holdings);
        sorted.sort(Comparator.comparingLong(Holding::bytes).reversed().thenComparing(Holding::name));
        return List.copyOf(sorted);
    }

    /** The same with what lies beside it. @param pool left out when it has no memory */
    MemoryReport with(MemoryReport pool, List<Holding> noBudgets) {
        return new MemoryReport(
                mode,
                totalBytes,
                freeBytes,
                pressure,
                holdings,
                pool.totalBytes > 0 ? Optional.of(pool) : Optional.empty(),
                noBudgets);
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

    /** What is told to the driver: the largest holders of each kind of memory. */
    public MemoryLedger ledger() {
        List<Line> lines = new ArrayList<>();
        add(lines, Where.HEAP, holdings);
        offHeap.ifPresent(pool -> add(lines, Where.OFF_HEAP, pool.holdings));
        add(lines, Where.OBJECTS, ofUse(beside, Use.OBJECTS));
        add(lines, Where.BUFFERS, ofUse(beside, Use.BUFFERS));
        return new MemoryLedger(
                totalBytes,
                freeBytes,
                offHeap.map(MemoryReport::totalBytes).orElse(0L),
                offHeap.map(MemoryReport::freeBytes).orElse(0L),
                lines);
    }

    private static List<Holding> ofUse(List<Holding> holdings, Use use) {
        return holdings.stream().filter(holding -> holding.use() == use).toList();
    }

    private static void add(List<Line> lines, Where where, List<Holding> holdings) {
        for (Holding held : holdings.subList(0, Math.min(MemoryLedger.MOST_LINES_OF_EACH, holdings.size()))) {
            lines.add(new Line(where, held.task(), held.holder(), held.bytes(), held.peakBytes()));
        }
    }

    /** Who holds the memory, the largest first, for error messages: a sentence for each kind of memory. */
    public String describe() {
        String all = listed(holdings, holding -> true);
        return "Of " + Bytes.of(totalBytes).display() + ", " + (all.isEmpty() ? "nobody holds any" : all) + "."
                + ofHeap() + objects() + outside();
    }

    /** As {@link #describe}, of everybody but one task. */
    public String describeOthers(String task) {
        String others = listed(holdings, holding -> !holding.task().equals(task));
        return "Of " + Bytes.of(totalBytes).display() + ", "
                + (others.isEmpty() ? "no others hold any" : "others hold: " + others) + "." + ofHeap() + objects()
                + outside();
    }

    private String ofHeap() {
        return pressure.compareTo(Pressure.SPILL) < 0
                ? ""
                : " The heap is nearly full of objects beside these, so that less is given than there is.";
    }

    private String objects() {
        String objects = listed(beside, holding -> holding.use() == Use.OBJECTS);
        return objects.isEmpty() ? "" : " Beside these on the heap, about: " + objects + ".";
    }

    private String outside() {
        if (offHeap.isEmpty()) {
            return "";
        }
        MemoryReport pool = offHeap.get();
        String all = listed(pool.holdings, holding -> true);
        String buffers = listed(beside, holding -> holding.use() == Use.BUFFERS);
        return " Outside the heap, of " + Bytes.of(pool.totalBytes).display() + ", "
                + (all.isEmpty() ? "nobody holds any" : all) + (buffers.isEmpty() ? "" : "; beside these " + buffers)
                + ".";
    }

    /** Which operators of one task hold how much, the largest first. */
    public String describeOperators(String task) {
        StringBuilder text = new StringBuilder();
        for (Holding holding : holdings) {
            if (holding.task().equals(task)) {
                text.append(text.length() == 0 ? "" : ", ")
                        .append(holding.holder())
                        .append(' ')
                        .append(Bytes.of(holding.bytes()).display());
            }
        }
        return text.length() == 0 ? "no operator any" : text.toString();
    }

    private static String listed(List<Holding> holdings, Predicate<Holding> wanted) {
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
