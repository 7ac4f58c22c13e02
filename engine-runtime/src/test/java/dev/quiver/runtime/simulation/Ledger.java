package dev.quiver.runtime.simulation;

import dev.quiver.StorageLevel;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tries run where, by what the driver sent and heard. */
final class Ledger {
    private final World world;
    private final Map<ExecutorId, Set<TaskAttempt>> held = new LinkedHashMap<>();
    private final Map<StageAttempt, Integer> heldOfStage = new LinkedHashMap<>();

    /** Who runs tries of a task, by stage attempt and number. */
    private final Map<String, Set<ExecutorId>> tries = new LinkedHashMap<>();

    private final Set<TaskAttempt> ever = new LinkedHashSet<>();
    private final List<StageAttempt> launches = new ArrayList<>();
    private final Map<StageId, StageAttempt> latest = new LinkedHashMap<>();
    private final Set<StageAttempt> over = new LinkedHashSet<>();
    private final Map<StageId, TaskLayout> layouts = new LinkedHashMap<>();
    private final Map<ProgramId, StagePlan> programs = new LinkedHashMap<>();
    private final Map<StageId, StagePlan> plans = new LinkedHashMap<>();
    private int count;
    private int copies;

    Ledger(World world) {
        this.world = world;
    }

    private static String name(TaskAttempt task) {
        return task.stage() + "/" + task.partition();
    }

    void started(StageAttempt stage) {
        StageAttempt before = latest.put(stage.stage(), stage);
        if (before != null && (before.epoch() >= stage.epoch() || !over.contains(before))) {
            world.violated(stage + " starts after " + before);
        }
    }

    void ended(StageAttempt stage) {
        if (!over.add(stage)) {
            world.violated(stage + " ended twice");
        }
    }

    /** An executor is given a program. */
    void installed(ProgramId program, StagePlan plan) {
        programs.put(program, plan);
    }

    /** The program that an executor was given. */
    StagePlan plan(ProgramId program) {
        return programs.get(program);
    }

    /** What a stage does of which tasks were launched; else null. */
    StagePlan plan(StageId stage) {
        return plans.get(stage);
    }

    /** Before a task starts, all outputs are there that it reads, where no kept partition may spare it some. */
    void requireInputs(ToExecutor.LaunchTasks launch) {
        StagePlan plan = programs.get(launch.program());
        plans.put(launch.stage().stage(), plan);
        if (plan.nodes().stream().anyMatch(node -> node.storageLevel() != StorageLevel.NONE)) {
            return;
        }
        for (StageNode node : plan.nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle shuffle
                        && shuffle.mapCount() > 0
                        && !world.driver
                                .code
                                .tracker()
                                .missing(shuffle.shuffle())
                                .isEmpty()) {
                    world.violated("tasks of " + launch.stage() + " are launched, and outputs of shuffle "
                            + shuffle.shuffle() + " are missing");
                }
            }
        }
    }

    void launched(SimulatedExecutor executor, TaskAttempt task, ToExecutor.LaunchTasks launch) {
        if (over.contains(task.stage())
                || !task.stage().equals(latest.get(task.stage().stage()))) {
            world.violated(task + " is launched, and its stage attempt is over");
        }
        if (!ever.add(task)) {
            world.violated(task + " is launched twice");
        }
        launches.add(task.stage());
        if (world.commits.isHeldByOlder(task)) {
            world.violated(task + " is launched while an older attempt may publish");
        }
        TaskLayout layout = layouts.putIfAbsent(task.stage().stage(), launch.layout());
        if (layout != null && !layout.equals(launch.layout())) {
            world.violated("the tasks of stage " + task.stage().stage() + " are not what they were");
        }
        Set<TaskAttempt> tasks = held.computeIfAbsent(executor.id, key -> new LinkedHashSet<>());
        tasks.add(task);
        if (tasks.size() > executor.slots + world.scenario.knobs.scheduler().queueDepth()) {
            world.violated("executor " + executor.id + " is given " + tasks.size() + " tasks");
        }
        count++;
        heldOfStage.merge(task.stage(), 1, Integer::sum);
        Set<ExecutorId> others = tries.computeIfAbsent(name(task), key -> new LinkedHashSet<>());
        if (!others.isEmpty()) {
            copied(executor, task, others);
        }
        others.add(executor.id);
    }

    private void copied(SimulatedExecutor executor, TaskAttempt task, Set<ExecutorId> others) {
        copies++;
        boolean speculates =
                world.scenario.knobs.scheduler().policies().speculation().enabled();
        if (others.size() > 1 || others.contains(executor.id) || !speculates) {
            world.violated(task + " is launched on " + executor.id + " beside " + others);
        }
        if (world.driver.isLettingIn()) {
            // Perhaps what it replaces is lost just now, and the newcomer is not known everywhere.
            return;
        }
        long hosts = world.driver.known.values().stream()
                .map(known -> known.host)
                .distinct()
                .count();
        for (ExecutorId other : others) {
            if (hosts > 1 && world.driver.known.get(other).host.equals(executor.host)) {
                world.violated(task + " is copied on its own host, and there are others");
            }
        }
    }

    /** Whether the driver had that try running there; then it has not any more. */
    boolean ended(ExecutorId executor, TaskAttempt task) {
        Set<TaskAttempt> tasks = held.get(executor);
        if (tasks == null || !tasks.remove(task)) {
            return false;
        }
        forget(executor, task);
        return true;
    }

    private void forget(ExecutorId executor, TaskAttempt task) {
        count--;
        heldOfStage.merge(task.stage(), -1, Integer::sum);
        Set<ExecutorId> holders = tries.get(name(task));
        holders.remove(executor);
        if (holders.isEmpty()) {
            tries.remove(name(task));
        }
    }

    void lost(ExecutorId executor) {
        Set<TaskAttempt> tasks = held.remove(executor);
        if (tasks != null) {
            tasks.forEach(task -> forget(executor, task));
        }
    }

    int count() {
        return count;
    }

    /** Whether the driver has that try running there. */
    boolean isHeld(ExecutorId executor, TaskAttempt task) {
        return held.getOrDefault(executor, Set.of()).contains(task);
    }

    /** The tries of the same task of the same stage attempt that run, by executor. */
    Map<ExecutorId, TaskAttempt> tries(TaskAttempt task) {
        Map<ExecutorId, TaskAttempt> found = new LinkedHashMap<>();
        for (ExecutorId executor : tries.getOrDefault(name(task), Set.of())) {
            held.get(executor).stream()
                    .filter(other -> name(other).equals(name(task)))
                    .forEach(other -> found.put(executor, other));
        }
        return found;
    }

    /** Executors that run tasks of a stage attempt. */
    List<ExecutorId> holders(StageAttempt stage) {
        List<ExecutorId> holders = new ArrayList<>();
        held.forEach((executor, tasks) -> {
            if (tasks.stream().anyMatch(task -> task.stage().equals(stage))) {
                holders.add(executor);
            }
        });
        return holders;
    }

    /** Whether a stage attempt has ended. */
    boolean isOver(StageAttempt stage) {
        return over.contains(stage);
    }

    /** The tries that run on an executor. */
    Set<TaskAttempt> tasks(ExecutorId executor) {
        return held.getOrDefault(executor, Set.of());
    }

    int held(ExecutorId executor) {
        return held.getOrDefault(executor, Set.of()).size();
    }

    int held(StageAttempt stage) {
        return heldOfStage.getOrDefault(stage, 0);
    }

    Map<StageAttempt, Integer> byStage() {
        return heldOfStage;
    }

    /** The latest attempt of a stage. */
    StageAttempt latest(StageId stage) {
        return latest.get(stage);
    }

    /** Tries that were launched so far. */
    int launches() {
        return launches.size();
    }

    /** Stage attempts of which tries were launched after so many. */
    Set<StageAttempt> launchedSince(int before) {
        return new LinkedHashSet<>(launches.subList(before, launches.size()));
    }

    /** Tries that were launched beside others of their task. */
    int copies() {
        return copies;
    }
}
