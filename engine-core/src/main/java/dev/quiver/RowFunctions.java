package dev.quiver;

import dev.quiver.function.BarrierFunction;
import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.FlatMapStreamFunction;
import dev.quiver.function.FoldPartitionFunction;
import dev.quiver.function.ForeachPartitionFunction;
import dev.quiver.function.IndexedPartitionFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.function.PartitionFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.TogetherFunction;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;

/** The engine's own functions in the lineage, and the adapters that give users' functions the form an operator takes. */
final class RowFunctions {
    static final MapFunction<Object, Object> AS_KEY = row -> new Pair<>(row, 0);

    private RowFunctions() {}

    /** Reads a stream row by row and closes it at its end. */
    record OfStream(FlatMapStreamFunction<Object, Object> function) implements FlatMapFunction<Object, Object> {
        @Override
        public Iterable<?> call(Object row) throws Exception {
            Stream<?> stream = function.call(row);
            return () -> new ClosingIterator(stream, stream.iterator());
        }
    }

    private static final class ClosingIterator implements Iterator<Object> {
        private final Stream<?> stream;
        private final Iterator<?> rows;

        ClosingIterator(Stream<?> stream, Iterator<?> rows) {
            this.stream = stream;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            boolean more = rows.hasNext();
            if (!more) {
                stream.close();
            }
            return more;
        }

        @Override
        public Object next() {
            return rows.next();
        }
    }

    /** A partition function that does not ask which partition it is given. */
    record AnyPartition(PartitionFunction<Object, Object> function)
            implements IndexedPartitionFunction<Object, Object> {
        @Override
        public Iterator<?> call(int partition, Iterator<Object> rows) throws Exception {
            return function.call(rows);
        }
    }

    /** All rows of a partition at once, while all other partitions are computed too. */
    record AtBarrier(BarrierFunction<Object, Object> function)
            implements IndexedPartitionFunction<Object, Object>, TogetherFunction {
        @Override
        public Iterator<?> call(int partition, Iterator<Object> rows) throws Exception {
            return function.call(new BarrierContext(TaskContext.current()), rows);
        }
    }

    /** Any number of values for each value, with its key. */
    record FlatValues(FlatMapFunction<Object, Object> function) implements FlatMapFunction<Object, Object> {
        @Override
        public Iterable<?> call(Object row) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) row;
            Iterable<?> values = function.call(pair.value());
            return () -> new WithKey(pair.key(), values.iterator());
        }
    }

    private record WithKey(Object key, Iterator<?> values) implements Iterator<Object> {
        @Override
        public boolean hasNext() {
            return values.hasNext();
        }

        @Override
        public Object next() {
            if (!values.hasNext()) {
                throw new NoSuchElementException();
            }
            return new Pair<>(key, values.next());
        }
    }

    /** The smaller, or the larger, of two rows; the earlier one when they are equal. */
    record Least<T>(RowComparator<? super T> order, boolean largest) implements ReduceFunction<T> {
        @Override
        public T call(T left, T right) {
            int comparison = order.compare(left, right);
            return (largest ? comparison >= 0 : comparison <= 0) ? left : right;
        }
    }

    /** A partition action that has no result. */
    record EachPartition(ForeachPartitionFunction<Object> function) implements FoldPartitionFunction<Object, Object> {
        @Override
        public Object call(Iterator<Object> rows) throws Exception {
            function.call(rows);
            return null;
        }
    }

    /** Whether a pair has this key, by content. */
    record HasKey(Object key) implements FilterFunction<Object> {
        @Override
        public boolean test(Object row) {
            return Objects.deepEquals(key, ((Pair<?, ?>) row).key());
        }
    }
}
