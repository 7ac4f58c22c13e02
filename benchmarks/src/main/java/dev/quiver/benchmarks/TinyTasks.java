package dev.quiver.benchmarks;

import dev.quiver.Session;

/** One stage of many tasks with nothing to do: what a task costs. */
final class TinyTasks implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        long tasks = sizes.rows(10_000);
        return Outcome.of(session.range(0, tasks, 1, sizes.partitions(Math.toIntExact(tasks)))
                .count());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(10_000));
    }
}
