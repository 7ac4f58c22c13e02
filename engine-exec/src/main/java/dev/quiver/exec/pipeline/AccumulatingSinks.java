package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.compile.Accumulator;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import java.util.ArrayList;
import java.util.List;

/** The sinks of actions that take every row of a partition. */
final class AccumulatingSinks {
    private AccumulatingSinks() {}

    private static TaskProduct product(TaskRun run, Object value) {
        return new TaskProduct.Value(run.serializer.write(value));
    }

    /** {@code Long}: how many rows there are. */
    static final class Counting implements PushSink {
        private static final LoopSink SINK = new LoopSink.Count();

        private final TaskRun run;
        private final Accumulator count = new Accumulator();

        Counting(TaskRun run) {
            this.run = run;
            count.value(0L);
            count.unbox();
        }

        @Override
        public boolean takes(ColumnBatch batch) {
            count.longs += batch.rows();
            return true;
        }

        @Override
        public void accept(Object[] rows, int rowCount) {
            count.longs += rowCount;
        }

        @Override
        public LoopSink loopSink() {
            return SINK;
        }

        @Override
        public Object loopState() {
            return count;
        }

        @Override
        public TaskProduct finish() {
            return product(run, count.longs);
        }
    }

    /** {@code List} of no or one element: the rows merged pairwise. */
    static final class Reducing implements PushSink {
        private final ReduceFunction<Object> merge;
        private final TaskRun run;
        private final Accumulator merged = new Accumulator();
        private LoopSink.Reduce sink;
        private boolean any;

        Reducing(ReduceFunction<Object> merge, TaskRun run) {
            this.merge = merge;
            this.run = run;
        }

        @Override
        public void accept(Object[] rows, int count) throws Exception {
            int row = 0;
            if (!any) {
                merged.value(rows[row++]);
                any = true;
            }
            Object value = merged.value();
            for (; row < count; row++) {
                value = merge.call(value, rows[row]);
            }
            merged.value(value);
        }

        @Override
        public LoopSink loopSink() {
            if (!any) {
                return null;
            }
            merged.unbox();
            Accumulator.Kind kind = merged.preferredKind();
            if (sink == null || sink.kind() != kind) {
                sink = new LoopSink.Reduce(merge, kind);
            }
            return sink;
        }

        @Override
        public Object loopState() {
            return merged;
        }

        @Override
        public TaskProduct finish() {
            List<Object> result = new ArrayList<>(1);
            if (any) {
                result.add(merged.value());
            }
            return product(run, result);
        }
    }

    /** The accumulator: rows folded into a fresh copy of the zero value. */
    static final class Folding implements PushSink {
        private final MergeFunction<Object, Object, Object> add;
        private final TaskRun run;
        private final Accumulator folded = new Accumulator();
        private LoopSink.Fold sink;

        Folding(Object zero, MergeFunction<Object, Object, Object> add, TaskRun run) {
            this.add = add;
            this.run = run;
            folded.value(zero);
        }

        @Override
        public void accept(Object[] rows, int count) throws Exception {
            Object value = folded.value();
            for (int row = 0; row < count; row++) {
                value = add.call(value, rows[row]);
            }
            folded.value(value);
        }

        @Override
        public LoopSink loopSink() {
            folded.unbox();
            Accumulator.Kind kind = folded.preferredKind();
            if (sink == null || sink.kind() != kind) {
                sink = new LoopSink.Fold(add, kind);
            }
            return sink;
        }

        @Override
        public Object loopState() {
            return folded;
        }

        @Override
        public TaskProduct finish() {
            return product(run, folded.value());
        }
    }

    /** {@code null}: each row is handed to the function. */
    static final class Acting implements PushSink {
        private final ForeachFunction<Object> action;
        private final TaskRun run;
        private final LoopSink sink;

        Acting(ForeachFunction<Object> action, TaskRun run) {
            this.action = action;
            this.run = run;
            this.sink = new LoopSink.ForEach(action);
        }

        @Override
        public void accept(Object[] rows, int count) throws Exception {
            for (int row = 0; row < count; row++) {
                action.call(rows[row]);
            }
        }

        @Override
        public LoopSink loopSink() {
            return sink;
        }

        @Override
        public Object loopState() {
            return null;
        }

        @Override
        public TaskProduct finish() {
            return product(run, null);
        }
    }

    /** {@code List}: all rows. */
    static final class Collecting implements PushSink {
        private static final LoopSink SINK = new LoopSink.Each();

        private final CollectedRows collected;

        Collecting(TaskRun run) {
            this.collected = new CollectedRows("collect", run);
        }

        @Override
        public void accept(Object[] rows, int count) {
            for (int row = 0; row < count; row++) {
                collected.row(rows[row]);
            }
        }

        @Override
        public LoopSink loopSink() {
            return SINK;
        }

        @Override
        public Object loopState() {
            return collected;
        }

        @Override
        public TaskProduct finish() {
            return collected.written();
        }
    }
}
