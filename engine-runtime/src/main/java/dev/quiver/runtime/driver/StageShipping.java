package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.stage.codec.PlanCodec;
import dev.quiver.task.TaskRange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships each stage program once to each executor, and launches ranges of it. Belongs to the driver's loop. The driver
 * decides what executors keep: the {@value #PROGRAMS_KEPT} programs used last.
 */
final class StageShipping implements TaskLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(StageShipping.class);
    private static final int PROGRAMS_KEPT = 64;
    private static final int LARGE_PROGRAM_BYTES = 1 << 20;

    /** A program ready to be installed, by a message that is the same for all executors. */
    private record Prepared(ProgramId id, ToExecutor installation) {}

    private final Executors executors;
    private final ProgramNames names = new ProgramNames();
    private final Map<StageAttempt, Prepared> prepared = new HashMap<>();

    /** Programs an executor holds, the one used longest ago first. */
    private final Map<ExecutorId, LinkedHashMap<ProgramId, Boolean>> installed = new HashMap<>();

    StageShipping(Executors executors) {
        this.executors = executors;
    }

    @Override
    public void launch(
            ExecutorId executor, StageAttempt stage, StagePlan plan, TaskLayout layout, List<TaskRange> tasks) {
        Prepared program = prepared.get(stage);
        if (program == null) {
            program = prepare(stage, plan, executors.isLocal(executor));
            prepared.put(stage, program);
        }
        LinkedHashMap<ProgramId, Boolean> held =
                installed.computeIfAbsent(executor, id -> new LinkedHashMap<>(16, 0.75f, true));
        if (held.get(program.id) == null) {
            executors.sendAhead(executor, program.installation);
            held.put(program.id, true);
            if (held.size() > PROGRAMS_KEPT) {
                forgetOldest(executor, held);
            }
        }
        executors.send(executor, new ToExecutor.LaunchTasks(stage, program.id, layout, tasks));
    }

    private void forgetOldest(ExecutorId executor, LinkedHashMap<ProgramId, Boolean> held) {
        ProgramId oldest = held.keySet().iterator().next();
        for (Prepared running : prepared.values()) {
            if (running.id.equals(oldest)) {
                return;
            }
        }
        held.remove(oldest);
        executors.sendAhead(executor, new ToExecutor.ForgetProgram(oldest));
    }

    /** @param local whether all executors are in this process */
    private Prepared prepare(StageAttempt stage, StagePlan plan, boolean local) {
        if (local && PlanCodec.mayBeShared(plan)) {
            ProgramId id = names.fresh();
            return new Prepared(id, new ToExecutor.SharePlan(id, plan));
        }
        byte[] content = serialize(plan);
        if (content.length > LARGE_PROGRAM_BYTES) {
            LOG.warn(
                    "stage={} is a program of {} KiB; broadcast large values that its functions capture",
                    stage,
                    content.length >> 10);
        }
        ProgramId id = names.of(content);
        return new Prepared(id, new ToExecutor.InstallProgram(id, content));
    }

    /** What a function captures may have grown too deep since it was checked; that must not take the loop down. */
    private static byte[] serialize(StagePlan plan) {
        try {
            return PlanCodec.encode(plan);
        } catch (StackOverflowError tooDeep) {
            throw new QuiverException(
                    "the functions of " + plan.root().callSite() + " capture a structure that is too deep to be sent;"
                            + " broadcast it, or keep it in a flat collection",
                    tooDeep);
        }
    }

    @Override
    public void cancel(ExecutorId executor, StageAttempt stage, String reason) {
        cancel(executor, stage, reason, true);
    }

    @Override
    public void cancel(ExecutorId executor, StageAttempt stage, String reason, boolean interrupt) {
        executors.send(executor, new ToExecutor.CancelStage(stage, reason, interrupt));
    }

    @Override
    public void cancel(ExecutorId executor, TaskAttempt task, String reason) {
        executors.send(executor, new ToExecutor.CancelTask(task, reason));
    }

    @Override
    public void stageEnded(StageAttempt stage) {
        prepared.remove(stage);
    }

    /** An executor is gone, with its programs. */
    void forget(ExecutorId executor) {
        installed.remove(executor);
    }
}
