package dev.quiver.exec.pipeline;

import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.List;

/** The sinks of actions: each makes one value of a partition. */
final class ResultSinks {
    /** Makes the result of a partition. */
    private interface Producer {
        Object produce(Cursor rows, int partition, TaskRun run) throws Exception;
    }

    private ResultSinks() {}

    static TaskSink of(Action action, ValueSerializer serializer) {
        Producer producer = producer(action, serializer);
        return (rows, partition, run) ->
                new TaskProduct.Value(run.serializer.write(producer.produce(rows, partition, run)));
    }

    private static Producer producer(Action action, ValueSerializer serializer) {
        if (action instanceof Action.Count) {
            return (rows, partition, run) -> count(rows, run);
        }
        if (action instanceof Action.Collect collect) {
            return (rows, partition, run) -> collect(rows, collect.limit(), run);
        }
        if (action instanceof Action.Reduce reduce) {
            return (rows, partition, run) -> reduce(rows, reduce.merge(), run);
        }
        if (action instanceof Action.Fold fold) {
            byte[] zero = serializer.write(fold.zero());
            return (rows, partition, run) -> fold(rows, run.serializer.read(zero), fold.add(), run);
        }
        if (action instanceof Action.ForEach forEach) {
            return (rows, partition, run) -> forEach(rows, forEach.function(), run);
        }
        if (action instanceof Action.FoldPartition fold) {
            return (rows, partition, run) -> fold.function().call(new CursorIterator(rows, run));
        }
        if (action instanceof Action.SaveText save) {
            return (rows, partition, run) -> new TextPart(save, partition, run).write(rows);
        }
        throw new IllegalArgumentException("no way to run " + action);
    }

    private static Object count(Cursor rows, TaskRun run) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        long total = 0;
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            total += count;
            run.checkKilled();
        }
        return total;
    }

    /** Asks for no more rows than are wanted, so that nothing behind them is computed. */
    private static Object collect(Cursor rows, long limit, TaskRun run) throws Exception {
        List<Object> collected = new ArrayList<>();
        Object[] batch = new Object[0];
        while (collected.size() < limit) {
            int wanted = (int) Math.min(Cursor.BATCH_ROWS, limit - collected.size());
            if (batch.length != wanted) {
                batch = new Object[wanted];
            }
            int count = rows.next(batch);
            if (count == 0) {
                break;
            }
            for (int row = 0; row < count; row++) {
                collected.add(batch[row]);
            }
            run.checkKilled();
        }
        return collected;
    }

    private static Object reduce(Cursor rows, ReduceFunction<Object> merge, TaskRun run) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        List<Object> result = new ArrayList<>(1);
        Object merged = null;
        boolean any = false;
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            int row = 0;
            if (!any) {
                merged = batch[row++];
                any = true;
            }
            for (; row < count; row++) {
                merged = merge.call(merged, batch[row]);
            }
            run.checkKilled();
        }
        if (any) {
            result.add(merged);
        }
        return result;
    }

    private static Object fold(Cursor rows, Object zero, MergeFunction<Object, Object, Object> add, TaskRun run)
            throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        Object folded = zero;
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            for (int row = 0; row < count; row++) {
                folded = add.call(folded, batch[row]);
            }
            run.checkKilled();
        }
        return folded;
    }

    private static Object forEach(Cursor rows, ForeachFunction<Object> function, TaskRun run) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            for (int row = 0; row < count; row++) {
                function.call(batch[row]);
            }
            run.checkKilled();
        }
        return null;
    }
}
