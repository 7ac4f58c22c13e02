package dev.quiver.benchmarks;

import dev.quiver.Session;

/** One piece of work, defined so that any engine can do it and its result can be compared. */
interface Workload {
    /** Makes what the runs need but do not count: files, cached data. Called once. */
    default void prepare(Session session, Sizes sizes) throws Exception {}

    /** Does the work once, on the clock. */
    Outcome run(Session session, Sizes sizes) throws Exception;

    /** How many runs it takes to do all of it, for one of which each run does another part. */
    default int leastRuns(Sizes sizes) {
        return 1;
    }

    /**
     * The check that every run must give.
     *
     * @return null when these sizes have none that is known beforehand; the runs must agree all the same
     */
    String expectedCheck(Sizes sizes);
}
