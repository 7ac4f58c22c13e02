package dev.quiver.scheduler.task;

import java.util.BitSet;

/** The tasks of a set that are not done. */
final class Unfinished {
    private final BitSet tasks;
    private final int startCount;
    private int count;

    /** @param tasks those to run; copied */
    Unfinished(BitSet tasks) {
        this.tasks = (BitSet) tasks.clone();
        this.startCount = tasks.cardinality();
        this.count = startCount;
    }

    boolean contains(int task) {
        return task >= 0 && tasks.get(task);
    }

    int count() {
        return count;
    }

    /** How many there were at the start. */
    int startCount() {
        return startCount;
    }

    /** A task is done; false when it was before, or never one of these. */
    boolean finish(int task) {
        boolean was = tasks.get(task);
        if (was) {
            tasks.clear(task);
            count--;
        }
        return was;
    }

    /** Tasks are needed again. Returns those that were not before, a fresh set. */
    BitSet revive(BitSet again) {
        BitSet revived = (BitSet) again.clone();
        revived.andNot(tasks);
        tasks.or(revived);
        count += revived.cardinality();
        return revived;
    }
}
