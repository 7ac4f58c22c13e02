package dev.quiver.exec.pipeline;

import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.Action;

/** The sinks of actions: each makes one value of a partition. */
final class ResultSinks {
    /** Makes the result of a partition from the rows it pulls. */
    private interface Producer {
        Object produce(Cursor rows, int partition, TaskRun run) throws Exception;
    }

    /** Makes the sink that the rows of a partition are pushed into. */
    private interface Pushed {
        PushSink open(int partition, TaskRun run) throws Exception;
    }

    private ResultSinks() {}

    static TaskSink of(Action action, ValueSerializer serializer) {
        if (action instanceof Action.SaveCheckpoint save) {
            return new CheckpointSink(save);
        }
        Pushed pushed = pushed(action, serializer);
        if (pushed != null) {
            return new Pushing(pushed);
        }
        if (action instanceof Action.Collect collect) {
            return (rows, partition, run) -> collect(rows, collect.limit(), run);
        }
        Producer producer = producer(action);
        return (rows, partition, run) ->
                new TaskProduct.Value(run.serializer.write(producer.produce(rows, partition, run)));
    }

    /** A sink that wants all rows, and so may be pushed. */
    private record Pushing(Pushed pushed) implements TaskSink {
        @Override
        public TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception {
            PushSink sink = push(partition, run);
            Object[] batch = new Object[Cursor.BATCH_ROWS];
            for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
                sink.accept(batch, count);
                run.checkKilled();
            }
            return sink.finish();
        }

        @Override
        public boolean isPushed() {
            return true;
        }

        @Override
        public PushSink push(int partition, TaskRun run) throws Exception {
            return pushed.open(partition, run);
        }
    }

    private static Pushed pushed(Action action, ValueSerializer serializer) {
        if (action instanceof Action.Count) {
            return (partition, run) -> new AccumulatingSinks.Counting(run);
        }
        if (action instanceof Action.Collect collect && collect.limit() == Long.MAX_VALUE) {
            return (partition, run) -> new AccumulatingSinks.Collecting(run);
        }
        if (action instanceof Action.Reduce reduce) {
            return (partition, run) -> new AccumulatingSinks.Reducing(reduce.merge(), run);
        }
        if (action instanceof Action.Fold fold) {
            byte[] zero = serializer.write(fold.zero());
            return (partition, run) -> new AccumulatingSinks.Folding(run.serializer.read(zero), fold.add(), run);
        }
        if (action instanceof Action.ForEach forEach) {
            return (partition, run) -> new AccumulatingSinks.Acting(forEach.function(), run);
        }
        if (action instanceof Action.SampleKeys sample) {
            return (partition, run) -> new SamplingSink(sample.keys(), partition, run);
        }
        return null;
    }

    private static Producer producer(Action action) {
        if (action instanceof Action.FoldPartition fold) {
            return (rows, partition, run) -> fold.function().call(new CursorIterator(rows, run));
        }
        if (action instanceof Action.SaveText save) {
            return (rows, partition, run) -> new TextPart(save, partition, run).write(rows);
        }
        throw new IllegalArgumentException("no way to run " + action);
    }

    /** Asks for no more rows than are wanted, so that nothing behind them is computed. */
    private static TaskProduct collect(Cursor rows, long limit, TaskRun run) throws Exception {
        CollectedRows collected = new CollectedRows("take", run);
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
                collected.row(batch[row]);
            }
            run.checkKilled();
        }
        return collected.written();
    }
}
