package dev.quiver;

import dev.quiver.function.FoldPartitionFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.stage.Action;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Turns actions into jobs, and the results of partitions into the result of the action, in the order of partitions. */
final class Actions {
    private Actions() {}

    static long count(Session session, Lineage lineage, CallSite site) {
        long[] total = new long[1];
        session.<Long>run(
                lineage,
                all(lineage),
                new Action.Count(),
                (index, rows) -> total[0] = Math.addExact(total[0], rows),
                site);
        return total[0];
    }

    static <T> List<T> collect(Session session, Lineage lineage, CallSite site) {
        List<T> rows = new ArrayList<>();
        session.run(
                lineage, all(lineage), new Action.Collect(Long.MAX_VALUE), new InOrder<List<T>>(rows::addAll), site);
        return rows;
    }

    /** Looks at few partitions first, and at more when these do not hold enough. */
    static <T> List<T> take(Session session, Lineage lineage, int limit, CallSite site) {
        if (limit < 0) {
            throw new UsageException(site + ": cannot take " + limit + " rows");
        }
        List<T> rows = new ArrayList<>();
        int scale = session.config().get(SessionConfig.LIMIT_SCALE_UP_FACTOR);
        int scanned = 0;
        while (rows.size() < limit && scanned < lineage.partitionCount()) {
            int left = limit - rows.size();
            long next = session.config().get(SessionConfig.LIMIT_INITIAL_PARTITIONS);
            if (scanned > 0) {
                long most = (long) scanned * scale;
                next = rows.isEmpty() ? most : Math.min(most, (long) Math.ceil(1.5 * left * scanned / rows.size()));
            }
            int end = (int) Math.min(lineage.partitionCount(), scanned + Math.max(1, next));
            session.run(
                    lineage,
                    IntStream.range(scanned, end).toArray(),
                    new Action.Collect(left),
                    new InOrder<List<T>>(found ->
                            rows.addAll(found.subList(0, Math.min(found.size(), limit - rows.size())))),
                    site);
            scanned = end;
        }
        return rows;
    }

    static <T> T reduce(Session session, Lineage lineage, ReduceFunction<T> merge, CallSite site) {
        List<T> result = new ArrayList<>(1);
        InOrder<List<T>> results = new InOrder<>(partial -> {
            // One value of each slice of the partition, where it had rows; one at most when it was computed as one.
            for (T value : partial) {
                if (result.isEmpty()) {
                    result.add(value);
                } else {
                    result.set(0, merge.call(result.get(0), value));
                }
            }
        });
        session.run(lineage, all(lineage), new Action.Reduce(Casts.erased(merge)), results, site);
        if (result.isEmpty()) {
            throw empty(site);
        }
        return result.get(0);
    }

    static <T, A> A fold(
            Session session,
            Lineage lineage,
            A zero,
            MergeFunction<A, T, A> add,
            ReduceFunction<A> merge,
            CallSite site) {
        if (zero != null && !(zero instanceof Serializable)) {
            throw new UsageException(site + ": the zero value is a "
                    + zero.getClass().getName() + ", which is not Serializable, so tasks cannot have copies of it");
        }
        List<A> result = new ArrayList<>(1);
        result.add(JavaObjects.copy(zero));
        Action action = new Action.Fold((Serializable) zero, Casts.erased(add));
        session.run(
                lineage,
                all(lineage),
                action,
                new InOrder<A>(partial -> result.set(0, merge.call(result.get(0), partial))),
                site);
        return result.get(0);
    }

    static <T> List<T> top(Session session, Lineage lineage, int limit, RowComparator<? super T> order, CallSite site) {
        if (limit < 0) {
            throw new UsageException(site + ": cannot take " + limit + " rows");
        }
        if (limit == 0) {
            return new ArrayList<>();
        }
        Largest<T> largest = new Largest<>(limit, order);
        List<T> candidates = new ArrayList<>();
        session.run(
                lineage,
                all(lineage),
                new Action.FoldPartition(Casts.erased(largest)),
                new InOrder<List<T>>(partial -> {
                    candidates.addAll(partial);
                    List<T> kept = largest.call(candidates.iterator());
                    candidates.clear();
                    candidates.addAll(kept);
                }),
                site);
        return candidates;
    }

    static void forEach(Session session, Lineage lineage, Action action, CallSite site) {
        session.run(lineage, all(lineage), action, (index, nothing) -> {}, site);
    }

    static int[] all(Lineage lineage) {
        return IntStream.range(0, lineage.partitionCount()).toArray();
    }

    static NoSuchElementException empty(CallSite site) {
        return new NoSuchElementException(site + ": the dataset has no rows");
    }

    /** The largest rows of a partition, largest first; holds no more than it returns. */
    private record Largest<T>(int limit, RowComparator<? super T> order) implements FoldPartitionFunction<T, List<T>> {
        @Override
        public List<T> call(Iterator<T> rows) {
            // Rows may be null, which a queue does not take: each sits in a list of its own.
            PriorityQueue<List<T>> smallestFirst =
                    new PriorityQueue<>((left, right) -> order.compare(left.get(0), right.get(0)));
            while (rows.hasNext()) {
                T row = rows.next();
                if (smallestFirst.size() < limit) {
                    smallestFirst.add(Collections.singletonList(row));
                } else if (order.compare(row, smallestFirst.element().get(0)) > 0) {
                    smallestFirst.remove();
                    smallestFirst.add(Collections.singletonList(row));
                }
            }
            List<T> kept = new ArrayList<>(smallestFirst.size());
            while (!smallestFirst.isEmpty()) {
                kept.add(smallestFirst.remove().get(0));
            }
            Collections.reverse(kept);
            return kept;
        }
    }
}
