package dev.quiver.scheduler.pool;

import dev.quiver.scheduler.task.TaskSet;

/**
 * A task set may take slots now.
 *
 * @param most how many tasks it may take
 * @param last whether this is its last turn in this round: what it leaves empty now, it leaves to others
 */
public record Turn(TaskSet set, int most, boolean last) {}
