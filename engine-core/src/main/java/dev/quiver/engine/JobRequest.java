package dev.quiver.engine;

import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;

/**
 * One action.
 *
 * @param lineage    the dataset
 * @param partitions which of its partitions to compute, each at most once
 * @param action     what to make of each
 * @param results    told each partition's result once, one call at a time, in the order in which they end
 * @param callSite   the user's line
 * @param pool       the pool it shares slots with, where there are pools
 * @param labels     its group and tags
 */
public record JobRequest<R>(
        Lineage lineage,
        int[] partitions,
        Action action,
        ResultHandler<R> results,
        CallSite callSite,
        String pool,
        JobLabels labels) {
    /** The pool of jobs whose thread has chosen none. */
    public static final String DEFAULT_POOL = "default";

    /** Of the usual pool, without group and tags. */
    public JobRequest(Lineage lineage, int[] partitions, Action action, ResultHandler<R> results, CallSite callSite) {
        this(lineage, partitions, action, results, callSite, DEFAULT_POOL, JobLabels.NONE);
    }

    /** Receives the results of a job. */
    @FunctionalInterface
    public interface ResultHandler<R> {
        /**
         * @param index position in {@link JobRequest#partitions()}
         * @param value what the action made of that partition
         */
        void accept(int index, R value) throws Exception;
    }
}
