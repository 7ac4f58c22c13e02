package dev.quiver.scheduler;

import dev.quiver.scheduler.port.JobListener;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A job as its submitter sees it. */
class TestJob implements JobListener {
    final int id;
    final Map<Integer, Integer> results = new TreeMap<>();
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
    }

    @Override
    public void onResult(int index, List<TaskOutcome.Success> made) {
        onResult(index, made.get(0));
        made.forEach(slice -> accumulators.add(slice.accumulators()));
        slices.put(
                index,
                made.stream()
                        .map(slice -> (int) ((TaskOutcome.Returned) slice).value()[0])
                        .toList());
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
