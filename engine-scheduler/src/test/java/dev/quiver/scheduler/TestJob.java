package dev.quiver.scheduler;

import dev.quiver.scheduler.port.JobListener;
import dev.quiver.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A job as its submitter sees it. */
class TestJob implements JobListener {
    final int id;
    final Map<Integer, Integer> results = new TreeMap<>();
    /** Contents that results come from, of whole partitions and of slices. */
    final Set<String> values = new TreeSet<>();
    /** The tasks that made up a partition, by its index. */
    final Map<Integer, List<Integer>> slices = new TreeMap<>();

    final List<Map<Long, byte[]>> accumulators = new ArrayList<>();
    boolean succeeded;
    String failure;
    TaskOutcome.Failure cause;

    TestJob(int id) {
        this.id = id;
    }

    boolean isOver() {
        return succeeded || failure != null;
    }

    @Override
    public void onResult(int index, TaskOutcome.Success result) {
        refuseIfOver();
        if (results.merge(index, 1, Integer::sum) > 1) {
            throw new AssertionError("result " + index + " of job " + id + " was told twice");
        }
        values.add(content(result));
    }

    @Override
    public void onResult(int index, List<TaskOutcome.Success> made) {
        onResult(index, made.get(0));
        for (TaskOutcome.Success slice : made) {
            accumulators.add(slice.accumulators());
            values.add(content(slice));
        }
        slices.put(
                index,
                made.stream().map(slice -> Integer.valueOf(value(slice)[0])).toList());
    }

    private static String content(TaskOutcome.Success result) {
        return value(result)[1];
    }

    /** The number of the task that made it, and the content it made. */
    private static String[] value(TaskOutcome.Success result) {
        return new String(((TaskOutcome.Returned) result).value(), StandardCharsets.UTF_8).split(":");
    }

    @Override
    public void onAccumulators(Map<Long, byte[]> shares) {
        accumulators.add(shares);
    }

    @Override
    public void onSucceeded() {
        refuseIfOver();
        succeeded = true;
    }

    @Override
    public void onFailed(String message, TaskOutcome.Failure last) {
        refuseIfOver();
        failure = message;
        cause = last;
    }

    private void refuseIfOver() {
        if (isOver()) {
            throw new AssertionError("job " + id + " was told something after its end");
        }
    }
}
