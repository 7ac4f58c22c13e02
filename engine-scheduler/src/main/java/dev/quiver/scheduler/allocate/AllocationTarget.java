package dev.quiver.scheduler.allocate;

/**
 * How many executors there should be: 1, 2, 4, 8 … more as long as tasks keep waiting, since a short burst is over before
 * they have started; at once fewer when there is less to do. Pure: told what is, and when.
 */
final class AllocationTarget {
    private final AllocationSettings settings;
    private int target;
    private int step = 1;
    private long nextAddNanos;
    private boolean waiting;

    /** Before the first task there is nothing to go by, so the first target stands. */
    private boolean begun;

    AllocationTarget(AllocationSettings settings) {
        this.settings = settings;
        this.target = settings.clamp(settings.initial());
    }

    int target() {
        return target;
    }

    /** Whether some are added at {@link #nextAddNanos} if tasks still wait then. */
    boolean isWaiting() {
        return waiting;
    }

    long nextAddNanos() {
        return nextAddNanos;
    }

    /** Tasks wait for slots, or do not any more. */
    void backlog(boolean tasksWait, long nowNanos) {
        if (tasksWait && !waiting) {
            nextAddNanos = nowNanos + settings.backlogTimeout().toNanos();
        }
        if (!tasksWait) {
            step = 1;
        }
        begun |= tasksWait;
        waiting = tasksWait;
    }

    /** An executor has been idle for too long: what was asked for in the beginning counts no more. */
    void begin() {
        begun = true;
    }

    /** Looks at what is needed now. Returns whether the target has changed. */
    boolean update(int needed, long nowNanos) {
        int before = target;
        int bound = settings.clamp(needed);
        if (bound < target) {
            target = begun ? bound : target;
            step = 1;
        } else if (waiting && nowNanos - nextAddNanos >= 0) {
            target = (int) Math.min(bound, (long) target + step);
            step = target - before == step ? (int) Math.min(Integer.MAX_VALUE, step * 2L) : 1;
            nextAddNanos = nowNanos + settings.sustainedTimeout().toNanos();
        }
        return target != before;
    }
}
