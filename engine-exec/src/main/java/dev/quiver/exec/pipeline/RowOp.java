package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.function.FilterFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.lineage.Op;

/** An operator that works on rows of a batch in place. Immutable. */
interface RowOp {
    /** Works on the rows {@code [from, to)}; returns how many are left, moved to {@code from}. */
    int apply(Object[] rows, int from, int to) throws Exception;

    /** The row operator of an operator, or null when it is none. */
    static RowOp of(Op op) {
        if (op instanceof Op.Map map) {
            return new Mapping(map.function());
        }
        if (op instanceof Op.Filter filter) {
            return new Filtering(filter.function());
        }
        if (op instanceof Op.MapValues map) {
            return new MappingValues(map.function());
        }
        if (op instanceof Op.KeyBy keyBy) {
            return new Keying(keyBy.function());
        }
        return null;
    }

    record Mapping(MapFunction<Object, Object> function) implements RowOp {
        @Override
        public int apply(Object[] rows, int from, int to) throws Exception {
            MapFunction<Object, Object> call = function;
            for (int row = from; row < to; row++) {
                rows[row] = call.call(rows[row]);
            }
            return to - from;
        }
    }

    record Filtering(FilterFunction<Object> function) implements RowOp {
        @Override
        public int apply(Object[] rows, int from, int to) throws Exception {
            FilterFunction<Object> call = function;
            int kept = from;
            for (int row = from; row < to; row++) {
                Object value = rows[row];
                if (call.test(value)) {
                    rows[kept++] = value;
                }
            }
            return kept - from;
        }
    }

    record MappingValues(MapFunction<Object, Object> function) implements RowOp {
        @Override
        public int apply(Object[] rows, int from, int to) throws Exception {
            MapFunction<Object, Object> call = function;
            for (int row = from; row < to; row++) {
                Pair<?, ?> pair = (Pair<?, ?>) rows[row];
                rows[row] = new Pair<>(pair.key(), call.call(pair.value()));
            }
            return to - from;
        }
    }

    record Keying(MapFunction<Object, Object> function) implements RowOp {
        @Override
        public int apply(Object[] rows, int from, int to) throws Exception {
            MapFunction<Object, Object> call = function;
            for (int row = from; row < to; row++) {
                rows[row] = new Pair<>(call.call(rows[row]), rows[row]);
            }
            return to - from;
        }
    }
}
