package dev.quiver.runtime.simulation;

import dev.quiver.scheduler.port.JobListener;
import dev.quiver.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A job as its user sees it: every result once, right, and of one content of each shuffle; one end. */
final class SimulatedJob implements JobListener {
    private static final Pattern TOO_FEW = Pattern.compile("needs (\\d+) slots at once");

    final int id;
    final Workload.Planned planned;
    boolean begun;
    boolean succeeded;
    boolean cancelled;
    String failure;
    private final World world;
    private final Oracle oracle;

    /** Whether every run of its tasks makes the same rows. */
    private final boolean determined;

    /** Whether all its results come from one attempt of its stage. */
    private final boolean together;

    private final Map<Integer, Long> results = new TreeMap<>();
    private Map<Integer, Long> origins = Map.of();
    private long bytes;
    private String attempt;

    SimulatedJob(World world, Oracle oracle, int id, Workload.Planned planned) {
        this.world = world;
        this.oracle = oracle;
        this.id = id;
        this.planned = planned;
        this.together = Workload.isTogetherNear(planned.lineage());
        this.determined = !world.scenario.workload.anyChanges();
    }

    boolean isOver() {
        return succeeded || failure != null;
    }

    @Override
    public void onResult(int index, TaskOutcome.Success result) {
        world.note("result", id, index);
        take(index, result, true);
    }

    @Override
    public void onResult(int index, List<TaskOutcome.Success> slices) {
        world.note("sliced result", id, index, slices.size());
        for (int slice = 0; slice < slices.size(); slice++) {
            take(index, slices.get(slice), slice == 0);
        }
    }

    private void take(int index, TaskOutcome.Success result, boolean first) {
        if (isOver()) {
            world.violated("job " + id + " was told a result after its end");
        }
        byte[] value = ((TaskOutcome.Returned) result).value();
        bytes += value.length;
        Rows rows = world.driver.values.of(value);
        Long before = results.put(index, rows.number());
        if (first ? before != null : !Long.valueOf(rows.number()).equals(before)) {
            world.violated("result " + index + " of job " + id + " was told twice, or its slices differ");
        }
        try {
            origins = Rows.and(origins, rows.origins(), "job " + id);
        } catch (AssertionError mixed) {
            world.violated(mixed.getMessage());
        }
        if (determined && rows.number() != oracle.number(planned.lineage(), planned.partitions()[index])) {
            world.violated("result " + index + " of job " + id + " is not what one thread computes");
        }
        world.invariants.counted(name(result.accumulators()));
        String from = name(result.accumulators()).split("/")[0];
        if (together && attempt != null && !attempt.equals(from)) {
            world.violated("results of job " + id + " come from " + attempt + " and " + from + ", and run together");
        }
        attempt = from;
    }

    @Override
    public void onAccumulators(Map<Long, byte[]> shares) {
        if (isOver()) {
            world.violated("job " + id + " was told accumulators after its end");
        }
        world.invariants.mapAccumulators.told(name(shares));
        world.invariants.counted(name(shares));
    }

    private static String name(Map<Long, byte[]> shares) {
        return new String(shares.get(TaskLife.NAMES), StandardCharsets.UTF_8);
    }

    @Override
    public void onSucceeded() {
        world.note("succeeded", id);
        if (isOver()) {
            world.violated("job " + id + " ended twice");
        }
        succeeded = true;
        int partitions = planned.partitions().length;
        if (results.size() != partitions) {
            world.violated("job " + id + " succeeded with " + results.size() + " of " + partitions + " results");
        }
        if (bytes > world.scenario.knobs.scheduler().policies().resultBytes()) {
            world.violated("job " + id + " brought " + bytes + " bytes of results, more than it may");
        }
    }

    @Override
    public void onFailed(String message, TaskOutcome.Failure cause) {
        world.note("failed", id, message);
        if (isOver()) {
            world.violated("job " + id + " ended twice");
        }
        failure = message;
        world.invariants.blame.jobFailed(message);
        Matcher tooFew = TOO_FEW.matcher(message);
        int slots = world.driver.code.scheduler().status().slots();
        if (tooFew.find() && Integer.parseInt(tooFew.group(1)) <= slots) {
            world.violated("there are " + slots + " slots: " + message);
        }
        if (message.contains("a mistake in the engine") || message.contains("could not be taken by the driver")) {
            world.violated(message);
        }
    }
}
