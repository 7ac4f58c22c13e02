package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs that are still to be done, the deepest level first: when a run turns out to be too much, what it was dealt out
 * into is added and comes next, so that little lies on disk and nothing nests. A level is closed, and its rows deleted,
 * when its last run is done. Each level is one {@link SpilledKeys} for an operator with one input, and one an input for
 * operators with several, all dealt out alike. Belongs to one task.
 */
public final class PendingRuns implements AutoCloseable {
    private final Deque<Level> levels = new ArrayDeque<>();

    private static final class Level {
        private final SpilledKeys[] inputs;
        private int next;

        Level(SpilledKeys[] inputs) {
            this.inputs = inputs;
        }

        /** The next run that has rows, or null. */
        Run run() {
            while (next < SpilledKeys.RUNS) {
                Run run = new Run(inputs, next++);
                if (run.rows() > 0) {
                    return run;
                }
            }
            return null;
        }

        void close() {
            for (SpilledKeys input : inputs) {
                input.close();
            }
        }
    }

    /** One run, of every input. Good until the next one is asked for. */
    public static final class Run {
        private final SpilledKeys[] inputs;
        private final int number;

        private Run(SpilledKeys[] inputs, int number) {
            this.inputs = inputs;
            this.number = number;
        }

        /** The pairs of an input. Returned: the caller closes it. */
        public BatchSource read(int input) {
            return inputs[input].read(number);
        }

        /** Pairs of an input. */
        public long rows(int input) {
            return inputs[input].rows(number);
        }

        /** Bytes they take as columns in memory. */
        public long bytes(int input) {
            return inputs[input].bytes(number);
        }

        private long rows() {
            long rows = 0;
            for (int input = 0; input < inputs.length; input++) {
                rows += rows(input);
            }
            return rows;
        }

        /** The level to deal it out at, if it is too much. */
        public int nextLevel() {
            return inputs[0].level() + 1;
        }

        /** Whether dealing it out once more can part its keys. */
        public boolean canPart() {
            if (nextLevel() == SpilledKeys.LEVELS) {
                return false;
            }
            SpilledKeys first = null;
            for (SpilledKeys input : inputs) {
                if (input.rows(number) > 0) {
                    if (!input.isOneHash(number) || first != null && first.hash(number) != input.hash(number)) {
                        return true;
                    }
                    first = input;
                }
            }
            return false;
        }
    }

    /** Adds what was dealt out, one an input, all at the same level. Transferred: closed with its last run, or with this. */
    public void add(SpilledKeys... inputs) {
        levels.push(new Level(inputs.clone()));
    }

    /** The next run, or null when all are done. The run before it must be done with. */
    public Run next() {
        while (!levels.isEmpty()) {
            Run run = levels.peek().run();
            if (run != null) {
                return run;
            }
            levels.pop().close();
        }
        return null;
    }

    /** Deletes what was not done. Closing twice is harmless. */
    @Override
    public void close() {
        while (!levels.isEmpty()) {
            levels.pop().close();
        }
    }
}
