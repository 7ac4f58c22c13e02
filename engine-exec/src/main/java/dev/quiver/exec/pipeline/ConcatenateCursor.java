package dev.quiver.exec.pipeline;

import java.util.Iterator;

/** The rows of several partitions one after another, each opened when its turn comes. */
final class ConcatenateCursor implements Cursor {
    private final Iterator<TaskRun.Part> parts;
    private final TaskRun run;
    private Cursor current = Cursor.EMPTY;

    ConcatenateCursor(Iterator<TaskRun.Part> parts, TaskRun run) {
        this.parts = parts;
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        while (true) {
            int count = current.next(rows);
            if (count > 0 || !parts.hasNext()) {
                return count;
            }
            run.checkKilled();
            TaskRun.Part part = parts.next();
            current = run.open(part.node(), part.partition());
        }
    }
}
