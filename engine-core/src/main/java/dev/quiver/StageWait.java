package dev.quiver;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a stage does not go on, or why some of its tasks do not begin.
 *
 * @param stage      number of the stage
 * @param jobs       numbers of the jobs that need it, lowest first; at least one
 * @param tasks      how many of its tasks wait; 0 when the stage has not begun, so that they are not counted
 * @param reason     what they wait for
 * @param detail     the same for a person, with names and numbers
 * @param changesIn  how long until something happens if nothing else does, as when a timer is due; empty when only other
 *                   tasks or executors can bring a change
 */
public record StageWait(
        int stage, List<Integer> jobs, int tasks, Reason reason, String detail, Optional<Duration> changesIn) {
    /** What a stage or a task waits for. */
    public enum Reason {
        /** Stages whose output it reads. */
        PARENTS,
        /** The end of the time in which lost map outputs are collected. */
        RESUBMISSION,
        /** An executor: there is none that stays. */
        EXECUTORS,
        /** A free slot: all are busy. */
        SLOTS,
        /** A free slot, which pools closer to the minimum of their shares get first. */
        POOL_SHARE,
        /** A slot on an executor that holds its data. */
        LOCALITY,
        /** An executor on which it may run: those that have a free slot are excluded after failures. */
        EXCLUSION,
        /** Slots for all of its tasks at once, or for those of another stage, before which nothing else begins. */
        TOGETHER,
        /** An executor that runs nothing else: they ran out of memory beside others. */
        OWN_EXECUTOR,
        /** An older attempt of the same partition that may be publishing its output. */
        PUBLISHING
    }

    public StageWait {
        jobs = List.copyOf(jobs);
    }

    @Override
    public String toString() {
        return "stage " + stage + " of job" + (jobs.size() == 1 ? " " : "s ") + text(jobs) + ": "
                + (tasks == 0 ? "waits" : tasks == 1 ? "1 task waits" : tasks + " tasks wait") + " for " + detail
                + changesIn
                        .map(time -> ", at most " + time.toMillis() + " ms more")
                        .orElse("");
    }

    private static String text(List<Integer> numbers) {
        String list = numbers.toString();
        return list.substring(1, list.length() - 1);
    }
}
