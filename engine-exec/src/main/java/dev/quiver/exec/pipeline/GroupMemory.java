package dev.quiver.exec.pipeline;

import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.memory.StateSizes;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.OperatorMemory.Otherwise;

/** Memory of a table that rows enter one by one, as objects: asked for every thousand rows. */
final class GroupMemory {
    private static final int ROWS = 1 << 10;

    /** Told of the rows that enter. */
    final StateSizes sizes;

    private final GroupTable groups;
    private final HeldMemory memory;
    private int untilAsked = 1;

    GroupMemory(GroupTable groups, OperatorMemory memory, TaskRun run) {
        this.groups = groups;
        this.memory = new HeldMemory(memory, Otherwise.HANDS_ON);
        this.sizes = new StateSizes(new RowSizes(run.serializer, run.loader));
    }

    /** Whether it is time to ask before a row enters. */
    boolean isDue() {
        return --untilAsked <= 0;
    }

    /** Asks for the next rows; when there is no room for them, the table is to be cleared. */
    boolean hasRoom() {
        untilAsked = ROWS;
        sizes.merged(ROWS, -1);
        long bytes = groups.bytesWith(ROWS) + sizes.bytes() + ROWS * sizes.rowBytes();
        if (memory.tryHold(bytes)) {
            return true;
        }
        if (groups.size() > 0) {
            return false;
        }
        memory.hold(bytes);
        return true;
    }

    /** Tells that the table is empty. */
    void cleared() {
        sizes.clear();
        memory.hold(groups.bytesWith(ROWS) + ROWS * sizes.rowBytes());
    }
}
